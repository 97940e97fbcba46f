//! Attributes of nations and of the context, and what the giver's own rules say, as compiled leaves.
use super::{Compiler, Type, Typed, Why};
use crate::access::ir::{Column, Kind, Mark, Node, Seen, Set};
use crate::world::ids::{FactId, RuleId};

impl Compiler<'_> {
    pub(super) fn attribute(&self, of: Typed, attr: &str) -> Result<Typed, Why> {
        let unknown = || format!("attribute `{attr}` has no compiled form");
        let long = |node| Ok(Typed::One(node, Type::Long));
        match of {
            Typed::Context => match attr {
                "level" => long(Node::Level),
                "side_ceiling" => long(Node::SideCeiling),
                "rules" => Ok(Typed::Rules),
                _ => long(Node::Seen(seen(attr).ok_or_else(unknown)?)),
            },
            Typed::Rules => Ok(Typed::Rule(RuleId::new(self.names.rosters.rules.rank(attr).ok_or_else(unknown)?))),
            Typed::Rule(rule) => {
                let mark = |mark| Ok(Typed::One(Node::Mark(rule, mark), Type::Bool));
                match attr {
                    "quarters_in_force" => long(Node::Quarters(rule)),
                    "waived" => mark(Mark::Waived),
                    "tear_line" => mark(Mark::TearLine),
                    "restoring" => mark(Mark::Restoring),
                    _ => Err(unknown()),
                }
            }
            Typed::One(node, Type::Entity(Kind::Nation)) => self.of_nation(node, attr).ok_or_else(unknown),
            _ => Err(unknown()),
        }
    }

    fn of_nation(&self, nation: Node, attr: &str) -> Option<Typed> {
        let nation = Box::new(nation);
        let column = |column, kind| Some(Typed::One(Node::Of(column, nation.clone()), kind));
        let of = Type::Entity(Kind::Nation);
        match attr {
            "stance" => column(Column::Stance, Type::Long),
            "clearance" => column(Column::Clearance, Type::Long),
            "alignment_percent" => column(Column::Alignment, Type::Long),
            "informs" => Some(Typed::Many(Set::Informs(nation), of)),
            "restricts" => Some(Typed::Many(Set::Restricts(nation), of)),
            _ => {
                let rank = self.names.rosters.facts.rank(attr)?;
                let kind = if self.names.boolean[rank] { Type::Bool } else { Type::Long };
                column(Column::Fact(FactId::new(rank)), kind)
            }
        }
    }

    /// `has` is known in advance, for every attribute is required; its operand may still err.
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

fn seen(attr: &str) -> Option<Seen> {
    Some(match attr {
        "core_flagged_percent" => Seen::Core,
        "access_flagged_percent" => Seen::Access,
        "government_flagged_percent" => Seen::Government,
        "access_4g_flagged_percent" => Seen::Access4g,
        "access_5g_flagged_percent" => Seen::Access5g,
        "mission_flagged_percent" => Seen::Mission,
        _ => return None,
    })
}
