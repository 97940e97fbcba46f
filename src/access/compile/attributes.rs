//! Compiles attributes of nations, of the context and of the giver's rules.
use super::{Compiler, ExprType, Typed, Why, truth};
use crate::access::ir::{EntityKind, ExposureField, NationAttribute, Node, RuleMark, SetNode};
use crate::world::ids::{FactId, RuleId};

impl Compiler<'_> {
    pub(super) fn attribute(&self, of: Typed, attr: &str) -> Result<Typed, Why> {
        let unknown = || format!("attribute `{attr}` has no compiled form");
        match of {
            Typed::Context => match attr {
                "level" => long(Node::Level),
                "side_ceiling" => long(Node::SideCeiling),
                "rules" => Ok(Typed::Rules),
                _ => long(Node::Exposure(exposure_field(attr).ok_or_else(unknown)?)),
            },
            Typed::Rules => Ok(Typed::Rule(RuleId::new(self.symbols.rosters.rules.rank(attr).ok_or_else(unknown)?))),
            Typed::Rule(rule) => match attr {
                "quarters_in_force" => long(Node::Quarters(rule)),
                "waived" => truth(Node::RuleMark(rule, RuleMark::Waived)),
                "tear_line" => truth(Node::RuleMark(rule, RuleMark::TearLine)),
                "restoring" => truth(Node::RuleMark(rule, RuleMark::Restoring)),
                _ => Err(unknown()),
            },
            Typed::One(node, ExprType::Entity(EntityKind::Nation)) => self.of_nation(node, attr).ok_or_else(unknown),
            _ => Err(unknown()),
        }
    }

    fn of_nation(&self, nation: Node, attr: &str) -> Option<Typed> {
        let nation = Box::new(nation);
        let read = |attribute, kind| Some(Typed::One(Node::Of(attribute, nation.clone()), kind));
        let of = ExprType::Entity(EntityKind::Nation);
        match attr {
            "stance" => read(NationAttribute::Stance, ExprType::Long),
            "clearance" => read(NationAttribute::Clearance, ExprType::Long),
            "alignment_percent" => read(NationAttribute::Alignment, ExprType::Long),
            "informs" => Some(Typed::Many(SetNode::Informs(nation), of)),
            "restricts" => Some(Typed::Many(SetNode::Restricts(nation), of)),
            _ => {
                let rank = self.symbols.rosters.facts.rank(attr)?;
                let kind = if self.symbols.boolean[rank] { ExprType::Bool } else { ExprType::Long };
                read(NationAttribute::Fact(FactId::new(rank)), kind)
            }
        }
    }

    /// The result of `has` is known, because every attribute is required; its operand may still err.
    pub(super) fn has(&self, of: Typed, attrs: &mut dyn Iterator<Item = &str>) -> Result<Node, Why> {
        let Some(attr) = attrs.next() else { return Ok(Node::Const(1)) };
        let operand = match &of {
            Typed::One(node, _) => Some(Box::new(node.clone())),
            _ => None,
        };
        let found = match self.attribute(of, attr) {
            Ok(found) => self.has(found, attrs)?,
            Err(_) => Node::Const(0),
        };
        Ok(match operand {
            Some(operand) => Node::Known(operand, found == Node::Const(1)),
            None => found,
        })
    }
}

fn long(node: Node) -> Result<Typed, Why> {
    Ok(Typed::One(node, ExprType::Long))
}

fn exposure_field(attr: &str) -> Option<ExposureField> {
    Some(match attr {
        "core_flagged_percent" => ExposureField::Core,
        "access_flagged_percent" => ExposureField::Access,
        "government_flagged_percent" => ExposureField::Government,
        "access_4g_flagged_percent" => ExposureField::Access4g,
        "access_5g_flagged_percent" => ExposureField::Access5g,
        "mission_flagged_percent" => ExposureField::Mission,
        _ => return None,
    })
}
