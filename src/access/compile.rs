//! Compiles Cedar's syntax tree to the intermediate representation, or says why a policy has no such form.
mod attributes;

use super::ir::{
    ArithmeticOp, CompareOp, CompiledPolicy, Condition, EntityKind, NationScope, Node, SetNode, Uncompiled,
};
use crate::scenario::format::FactType;
use crate::scenario::{Rosters, Scenario};
use crate::world::ids::{Roster, RuleId};
use crate::world::levels::Action;
use crate::world::slot::Slot;
use cedar_policy::pst::{self, BinaryOp, Expr, Literal, UnaryOp, Var};

/// Why a policy has no compiled form.
type Why = String;

/// What the names in a policy refer to.
pub(super) struct SymbolTable<'s> {
    pub rosters: &'s Rosters,
    /// Whether each fact is a Boolean.
    pub boolean: Vec<bool>,
}

impl<'s> SymbolTable<'s> {
    pub(super) fn new(scenario: &'s Scenario) -> Self {
        let boolean = scenario.file.facts.values().map(|fact| fact.kind == FactType::Boolean).collect();
        Self { rosters: &scenario.rosters, boolean }
    }
}

/// The type of an expression, or of the members of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ExprType {
    Bool,
    Long,
    Entity(EntityKind),
}

/// A compiled expression with its type. Records occur only as the operand of an attribute access.
enum Typed {
    One(Node, ExprType),
    Many(SetNode, ExprType),
    Context,
    Rules,
    Rule(RuleId),
}

/// Compiles a policy. Where its condition has no compiled form, Cedar decides it.
pub(super) fn compile(policy: &cedar_policy::Policy, symbols: &SymbolTable<'_>) -> CompiledPolicy {
    let compiler = Compiler { symbols };
    let (scope, condition) = match body(policy) {
        Ok(body) => (compiler.scopes(&body), compiler.condition(&body)),
        Err(why) => (Err(why.clone()), Err(why)),
    };
    let every = slot_bits(Slot::all());
    let (condition, scope) = match (condition, scope) {
        (Ok(node), Ok(scope)) => (Condition::Tree(node), scope),
        (Err(why), Ok(scope)) => (Condition::Cedar(Box::new(uncompiled(policy, why))), scope),
        (_, Err(why)) => {
            (Condition::Cedar(Box::new(uncompiled(policy, why))), (NationScope::Anyone, NationScope::Anyone, every))
        }
    };
    let (giver, receiver, slots) = scope;
    CompiledPolicy {
        giver,
        receiver,
        slots,
        condition,
        #[cfg(test)]
        ignores_errors: false,
    }
}

fn body(policy: &cedar_policy::Policy) -> Result<pst::Template, Why> {
    match policy.to_pst().map_err(|error| error.to_string())? {
        pst::Policy::Static(policy) => Ok(policy.body().clone()),
        _ => Err("it is linked from a template".to_owned()),
    }
}

fn uncompiled(policy: &cedar_policy::Policy, why: Why) -> Uncompiled {
    let set = cedar_policy::PolicySet::from_policies([policy.clone()]).expect("one policy clashes with no other");
    Uncompiled { why, set }
}

/// A Boolean expression.
fn truth(node: Node) -> Result<Typed, Why> {
    Ok(Typed::One(node, ExprType::Bool))
}

fn not(node: Node) -> Node {
    Node::Not(Box::new(node))
}

/// Questions as bits: bit i is the question of index i.
fn slot_bits(slots: impl Iterator<Item = Slot>) -> u8 {
    slots.map(|slot| 1u8 << slot.index()).sum()
}

struct Compiler<'n> {
    symbols: &'n SymbolTable<'n>,
}

impl Compiler<'_> {
    fn scopes(&self, body: &pst::Template) -> Result<(NationScope, NationScope, u8), Why> {
        Ok((self.giver(&body.principal)?, self.receiver(&body.resource)?, self.slots(&body.action)?))
    }

    /// The conjunction of the clauses in their order, so that it short-circuits as Cedar does.
    fn condition(&self, body: &pst::Template) -> Result<Node, Why> {
        let clauses = body.clauses().iter().map(|clause| self.clause(clause)).collect::<Result<Vec<_>, _>>()?;
        let all = clauses.into_iter().reduce(|a, b| Node::And(Box::new(a), Box::new(b)));
        Ok(all.unwrap_or(Node::Const(1)))
    }

    fn clause(&self, clause: &pst::Clause) -> Result<Node, Why> {
        match clause {
            pst::Clause::When(expr) => self.boolean(expr),
            pst::Clause::Unless(expr) => Ok(not(self.boolean(expr)?)),
        }
    }

    fn giver(&self, scope: &pst::PrincipalConstraint) -> Result<NationScope, Why> {
        use pst::PrincipalConstraint as P;
        match scope {
            P::Any => Ok(NationScope::Anyone),
            P::Is(kind) => Ok(self.of_type(kind)),
            P::Eq(one) | P::In(one) => self.scope(one),
            P::IsIn(kind, one) if self.of_type(kind) == NationScope::Anyone => self.scope(one),
            P::IsIn(..) => Ok(NationScope::Nobody),
        }
    }

    fn receiver(&self, scope: &pst::ResourceConstraint) -> Result<NationScope, Why> {
        use pst::ResourceConstraint as R;
        match scope {
            R::Any => Ok(NationScope::Anyone),
            R::Is(kind) => Ok(self.of_type(kind)),
            R::Eq(one) | R::In(one) => self.scope(one),
            R::IsIn(kind, one) if self.of_type(kind) == NationScope::Anyone => self.scope(one),
            R::IsIn(..) => Ok(NationScope::Nobody),
        }
    }

    fn of_type(&self, kind: &pst::EntityType) -> NationScope {
        if kind.to_string() == "Nation" { NationScope::Anyone } else { NationScope::Nobody }
    }

    fn scope(&self, one: &pst::EntityOrSlot) -> Result<NationScope, Why> {
        let pst::EntityOrSlot::Entity(entity) = one else { return Err("it is a template".to_owned()) };
        let (rank, kind) = self.entity(entity)?;
        Ok(match kind {
            EntityKind::Nation => NationScope::Nation(rank),
            EntityKind::Group => NationScope::Group(rank),
            EntityKind::Agreement => NationScope::Agreement(rank),
            EntityKind::Action => NationScope::Nobody,
        })
    }

    fn slots(&self, scope: &pst::ActionConstraint) -> Result<u8, Why> {
        match scope {
            pst::ActionConstraint::Any => Ok(slot_bits(Slot::all())),
            pst::ActionConstraint::Eq(one) => self.slots_of(std::slice::from_ref(one)),
            pst::ActionConstraint::In(many) => self.slots_of(many),
        }
    }

    fn slots_of(&self, actions: &[pst::EntityUID]) -> Result<u8, Why> {
        let actions = actions.iter().map(|action| self.entity(action)).collect::<Result<Vec<_>, _>>()?;
        let covers = |slot: &Slot| actions.contains(&(slot.action().rank(), EntityKind::Action));
        Ok(slot_bits(Slot::all().filter(covers)))
    }

    fn entity(&self, entity: &pst::EntityUID) -> Result<(usize, EntityKind), Why> {
        let id = entity.eid.as_str();
        let (roster, kind): (Option<&Roster>, EntityKind) = match entity.ty.to_string().as_str() {
            "Nation" => (Some(&self.symbols.rosters.nations), EntityKind::Nation),
            "Group" => (Some(&self.symbols.rosters.groups), EntityKind::Group),
            "Agreement" => (Some(&self.symbols.rosters.agreements), EntityKind::Agreement),
            "Action" => (None, EntityKind::Action),
            other => return Err(format!("it names an entity of type `{other}`")),
        };
        let rank = match roster {
            Some(roster) => roster.rank(id),
            None => Action::ALL.iter().position(|action| action.as_str() == id),
        };
        Ok((rank.ok_or_else(|| format!("it names `{entity}`, which does not exist"))?, kind))
    }

    fn boolean(&self, expr: &Expr) -> Result<Node, Why> {
        self.number(expr, ExprType::Bool)
    }

    fn number(&self, expr: &Expr, expected: ExprType) -> Result<Node, Why> {
        match self.expr(expr)? {
            Typed::One(node, kind) if kind == expected => Ok(node),
            _ => Err(format!("`{expr}` is of a type that has no compiled form")),
        }
    }

    fn one(&self, expr: &Expr) -> Result<(Node, ExprType), Why> {
        match self.expr(expr)? {
            Typed::One(node, kind) => Ok((node, kind)),
            _ => Err(format!("`{expr}` is of a type that has no compiled form")),
        }
    }

    fn set(&self, expr: &Expr) -> Result<(SetNode, ExprType), Why> {
        match self.expr(expr)? {
            Typed::Many(set, of) => Ok((set, of)),
            _ => Err(format!("`{expr}` is of a type that has no compiled form")),
        }
    }

    fn expr(&self, expr: &Expr) -> Result<Typed, Why> {
        match expr {
            Expr::Literal(literal) => self.literal(literal),
            Expr::Var(var) => Ok(match var {
                Var::Principal => Typed::One(Node::Giver, ExprType::Entity(EntityKind::Nation)),
                Var::Resource => Typed::One(Node::Receiver, ExprType::Entity(EntityKind::Nation)),
                Var::Action => Typed::One(Node::Action, ExprType::Entity(EntityKind::Action)),
                Var::Context => Typed::Context,
            }),
            Expr::UnaryOp { op: UnaryOp::Not, expr } => truth(Node::Not(Box::new(self.boolean(expr)?))),
            Expr::UnaryOp { op: UnaryOp::Neg, expr } => {
                Ok(Typed::One(Node::Neg(Box::new(self.number(expr, ExprType::Long)?)), ExprType::Long))
            }
            Expr::UnaryOp { op: UnaryOp::IsEmpty, expr } => truth(Node::IsEmpty(Box::new(self.set(expr)?.0))),
            Expr::BinaryOp { op, left, right } => self.binary(*op, left, right),
            Expr::GetAttr { expr, attr } => self.attribute(self.expr(expr)?, attr),
            Expr::HasAttr { expr, attrs } => truth(self.has(self.expr(expr)?, &mut attrs.iter().map(|a| a.as_str()))?),
            Expr::Is { expr, entity_type, in_expr } => self.is(expr, entity_type, in_expr.as_deref()),
            Expr::IfThenElse { cond, then_expr, else_expr } => self.choice(cond, then_expr, else_expr),
            Expr::Set(items) => self.list(items),
            other => Err(format!("`{other}` has no compiled form")),
        }
    }

    fn literal(&self, literal: &Literal) -> Result<Typed, Why> {
        match literal {
            Literal::Bool(yes) => Ok(Typed::One(Node::Const(i64::from(*yes)), ExprType::Bool)),
            Literal::Long(value) => Ok(Typed::One(Node::Const(*value), ExprType::Long)),
            Literal::EntityUID(entity) => {
                let (rank, kind) = self.entity(entity)?;
                Ok(Typed::One(Node::Const(rank as i64), ExprType::Entity(kind)))
            }
            _ => Err("it compares text".to_owned()),
        }
    }

    fn binary(&self, op: BinaryOp, left: &Expr, right: &Expr) -> Result<Typed, Why> {
        let compare = |op| self.comparison(op, left, right);
        let arith = |op| self.arithmetic(op, left, right);
        match op {
            BinaryOp::And => truth(Node::And(Box::new(self.boolean(left)?), Box::new(self.boolean(right)?))),
            BinaryOp::Or => truth(Node::Or(Box::new(self.boolean(left)?), Box::new(self.boolean(right)?))),
            BinaryOp::Less => truth(compare(CompareOp::Less)?),
            BinaryOp::LessEq => truth(compare(CompareOp::LessEqual)?),
            BinaryOp::Greater => truth(not(compare(CompareOp::LessEqual)?)),
            BinaryOp::GreaterEq => truth(not(compare(CompareOp::Less)?)),
            BinaryOp::Add => arith(ArithmeticOp::Add),
            BinaryOp::Sub => arith(ArithmeticOp::Sub),
            BinaryOp::Mul => arith(ArithmeticOp::Mul),
            BinaryOp::Eq => truth(self.same(left, right)?),
            BinaryOp::NotEq => truth(not(self.same(left, right)?)),
            BinaryOp::In => truth(self.within(self.one(left)?, right)?),
            BinaryOp::Contains => {
                let (set, of) = self.set(left)?;
                truth(Node::Contains(Box::new(set), Box::new(self.number(right, of)?)))
            }
            BinaryOp::ContainsAll => self.sets(left, right, Node::ContainsAll),
            BinaryOp::ContainsAny => self.sets(left, right, Node::ContainsAny),
            other => Err(format!("`{other}` has no compiled form")),
        }
    }

    fn comparison(&self, op: CompareOp, left: &Expr, right: &Expr) -> Result<Node, Why> {
        let (a, b) = (self.number(left, ExprType::Long)?, self.number(right, ExprType::Long)?);
        Ok(Node::Compare(op, Box::new(a), Box::new(b)))
    }

    fn arithmetic(&self, op: ArithmeticOp, left: &Expr, right: &Expr) -> Result<Typed, Why> {
        let (a, b) = (self.number(left, ExprType::Long)?, self.number(right, ExprType::Long)?);
        Ok(Typed::One(Node::Arith(op, Box::new(a), Box::new(b)), ExprType::Long))
    }

    fn sets(&self, left: &Expr, right: &Expr, make: fn(Box<SetNode>, Box<SetNode>) -> Node) -> Result<Typed, Why> {
        let ((a, of), (b, other)) = (self.set(left)?, self.set(right)?);
        match of == other {
            true => Ok(Typed::One(make(Box::new(a), Box::new(b)), ExprType::Bool)),
            false => Err("it compares sets of different things".to_owned()),
        }
    }

    fn same(&self, left: &Expr, right: &Expr) -> Result<Node, Why> {
        match (self.expr(left)?, self.expr(right)?) {
            (Typed::One(a, of), Typed::One(b, other)) if of == other => {
                Ok(Node::Compare(CompareOp::Equal, Box::new(a), Box::new(b)))
            }
            (Typed::Many(a, of), Typed::Many(b, other)) if of == other => Ok(Node::SameSet(Box::new(a), Box::new(b))),
            _ => Err("it compares things of different types".to_owned()),
        }
    }

    fn within(&self, (entity, kind): (Node, ExprType), right: &Expr) -> Result<Node, Why> {
        let (set, of) = match self.expr(right)? {
            Typed::One(one, of) => (SetNode::List(vec![one]), of),
            Typed::Many(set, of) => (set, of),
            _ => return Err("`in` has a record on its right".to_owned()),
        };
        match (kind, of) {
            (ExprType::Entity(kind), ExprType::Entity(of)) => Ok(Node::In(kind, Box::new(entity), of, Box::new(set))),
            _ => Err("`in` is not about entities".to_owned()),
        }
    }

    fn is(&self, expr: &Expr, named: &pst::EntityType, within: Option<&Expr>) -> Result<Typed, Why> {
        let (node, kind) = self.one(expr)?;
        let ExprType::Entity(entity) = kind else { return Err("`is` is not about an entity".to_owned()) };
        let is = Node::Known(Box::new(node.clone()), named.to_string() == format!("{entity:?}"));
        let Some(right) = within else { return Ok(Typed::One(is, ExprType::Bool)) };
        let within = self.within((node, kind), right)?;
        Ok(Typed::One(Node::And(Box::new(is), Box::new(within)), ExprType::Bool))
    }

    fn choice(&self, cond: &Expr, then: &Expr, other: &Expr) -> Result<Typed, Why> {
        let cond = Box::new(self.boolean(cond)?);
        match (self.expr(then)?, self.expr(other)?) {
            (Typed::One(a, of), Typed::One(b, too)) if of == too => {
                Ok(Typed::One(Node::If(cond, Box::new(a), Box::new(b)), of))
            }
            (Typed::Many(a, of), Typed::Many(b, too)) if of == too => {
                Ok(Typed::Many(SetNode::If(cond, Box::new(a), Box::new(b)), of))
            }
            _ => Err("the branches of an `if` have no common compiled form".to_owned()),
        }
    }

    fn list(&self, items: &[std::sync::Arc<Expr>]) -> Result<Typed, Why> {
        let items = items.iter().map(|item| self.one(item)).collect::<Result<Vec<_>, _>>()?;
        let of = items.first().map(|(_, of)| *of).ok_or("an empty set has no compiled form")?;
        match items.iter().all(|(_, kind)| *kind == of) {
            true => Ok(Typed::Many(SetNode::List(items.into_iter().map(|(node, _)| node).collect()), of)),
            false => Err("a set mixes things of different types".to_owned()),
        }
    }
}
