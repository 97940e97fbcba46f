//! Cedar's syntax tree to the compiled form; what has no such form is left to Cedar, with the reason.
mod attributes;

use super::ir::{Arithmetic, Comparison, Compiled, Condition, Kind, Left, Node, Scope, Set};
use crate::scenario::Rosters;
use crate::world::ids::{Roster, RuleId};
use crate::world::levels::Action;
use crate::world::slot::Slot;
use cedar_policy::pst::{self, BinaryOp, Expr, Literal, UnaryOp, Var};

/// Why a policy is left to Cedar.
type Why = String;

/// What the names in a policy stand for.
pub(super) struct Names<'s> {
    pub rosters: &'s Rosters,
    /// Whether each fact is a yes or no.
    pub boolean: Vec<bool>,
}

/// The type of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Bool,
    Long,
    Entity(Kind),
}

/// An expression with its type; records exist only on the way to a field of theirs.
enum Typed {
    One(Node, Type),
    Many(Set, Type),
    Context,
    Rules,
    Rule(RuleId),
}

/// The compiled form of a policy; a condition without one stays Cedar's.
pub(super) fn compile(policy: &cedar_policy::Policy, names: &Names<'_>) -> Compiled {
    let compiler = Compiler { names };
    let (scope, condition) = match body(policy) {
        Ok(body) => (compiler.scopes(&body), compiler.condition(&body)),
        Err(why) => (Err(why.clone()), Err(why)),
    };
    let every = Slot::all().map(|slot| 1u8 << slot.index()).sum();
    let (condition, scope) = match (condition, scope) {
        (Ok(node), Ok(scope)) => (Condition::Tree(node), scope),
        (Err(why), Ok(scope)) => (Condition::Cedar(Box::new(left(policy, why))), scope),
        (_, Err(why)) => (Condition::Cedar(Box::new(left(policy, why))), (Scope::Anyone, Scope::Anyone, every)),
    };
    let (giver, receiver, slots) = scope;
    Compiled {
        giver,
        receiver,
        slots,
        condition,
        #[cfg(test)]
        deaf: false,
    }
}

fn body(policy: &cedar_policy::Policy) -> Result<pst::Template, Why> {
    match policy.to_pst().map_err(|error| error.to_string())? {
        pst::Policy::Static(policy) => Ok(policy.body().clone()),
        _ => Err("it is linked from a template".to_owned()),
    }
}

fn left(policy: &cedar_policy::Policy, why: Why) -> Left {
    let set = cedar_policy::PolicySet::from_policies([policy.clone()]).expect("one policy clashes with no other");
    Left { why, set }
}

struct Compiler<'n> {
    names: &'n Names<'n>,
}

impl Compiler<'_> {
    fn scopes(&self, body: &pst::Template) -> Result<(Scope, Scope, u8), Why> {
        Ok((self.giver(&body.principal)?, self.receiver(&body.resource)?, self.slots(&body.action)?))
    }

    /// The clauses in Cedar's order: each is evaluated only where those before it hold.
    fn condition(&self, body: &pst::Template) -> Result<Node, Why> {
        let clause = |clause: &pst::Clause| match clause {
            pst::Clause::When(expr) => self.truth(expr),
            pst::Clause::Unless(expr) => Ok(Node::Not(Box::new(self.truth(expr)?))),
        };
        let clauses = body.clauses().iter().map(clause).collect::<Result<Vec<_>, _>>()?;
        let all = clauses.into_iter().reduce(|a, b| Node::And(Box::new(a), Box::new(b)));
        Ok(all.unwrap_or(Node::Const(1)))
    }

    fn giver(&self, scope: &pst::PrincipalConstraint) -> Result<Scope, Why> {
        use pst::PrincipalConstraint as P;
        match scope {
            P::Any => Ok(Scope::Anyone),
            P::Is(kind) => Ok(self.of_type(kind)),
            P::Eq(one) | P::In(one) => self.scope(one),
            P::IsIn(kind, one) if self.of_type(kind) == Scope::Anyone => self.scope(one),
            P::IsIn(..) => Ok(Scope::Nobody),
        }
    }

    fn receiver(&self, scope: &pst::ResourceConstraint) -> Result<Scope, Why> {
        use pst::ResourceConstraint as R;
        match scope {
            R::Any => Ok(Scope::Anyone),
            R::Is(kind) => Ok(self.of_type(kind)),
            R::Eq(one) | R::In(one) => self.scope(one),
            R::IsIn(kind, one) if self.of_type(kind) == Scope::Anyone => self.scope(one),
            R::IsIn(..) => Ok(Scope::Nobody),
        }
    }

    fn of_type(&self, kind: &pst::EntityType) -> Scope {
        if kind.to_string() == "Nation" { Scope::Anyone } else { Scope::Nobody }
    }

    fn scope(&self, one: &pst::EntityOrSlot) -> Result<Scope, Why> {
        let pst::EntityOrSlot::Entity(entity) = one else { return Err("it is a template".to_owned()) };
        let (rank, kind) = self.entity(entity)?;
        Ok(match kind {
            Kind::Nation => Scope::Nation(rank),
            Kind::Group => Scope::Group(rank),
            Kind::Agreement => Scope::Agreement(rank),
            Kind::Action => Scope::Nobody,
        })
    }

    fn slots(&self, scope: &pst::ActionConstraint) -> Result<u8, Why> {
        let covered = |entities: &[pst::EntityUID]| {
            let actions = entities.iter().map(|e| self.entity(e)).collect::<Result<Vec<_>, _>>()?;
            let covers = |slot: &Slot| actions.contains(&(slot.action().rank(), Kind::Action));
            Ok(Slot::all().filter(covers).map(|slot| 1u8 << slot.index()).sum())
        };
        match scope {
            pst::ActionConstraint::Any => Ok(Slot::all().map(|slot| 1u8 << slot.index()).sum()),
            pst::ActionConstraint::Eq(one) => covered(std::slice::from_ref(one)),
            pst::ActionConstraint::In(many) => covered(many),
        }
    }

    fn entity(&self, entity: &pst::EntityUID) -> Result<(usize, Kind), Why> {
        let id = entity.eid.as_str();
        let (roster, kind): (Option<&Roster>, Kind) = match entity.ty.to_string().as_str() {
            "Nation" => (Some(&self.names.rosters.nations), Kind::Nation),
            "Group" => (Some(&self.names.rosters.groups), Kind::Group),
            "Agreement" => (Some(&self.names.rosters.agreements), Kind::Agreement),
            "Action" => (None, Kind::Action),
            other => return Err(format!("it names an entity of type `{other}`")),
        };
        let rank = match roster {
            Some(roster) => roster.rank(id),
            None => Action::ALL.iter().position(|action| action.as_str() == id),
        };
        Ok((rank.ok_or_else(|| format!("it names `{entity}`, which does not exist"))?, kind))
    }

    fn truth(&self, expr: &Expr) -> Result<Node, Why> {
        self.number(expr, Type::Bool)
    }

    fn number(&self, expr: &Expr, expected: Type) -> Result<Node, Why> {
        match self.expr(expr)? {
            Typed::One(node, kind) if kind == expected => Ok(node),
            _ => Err(format!("`{expr}` is of a type that has no compiled form")),
        }
    }

    fn one(&self, expr: &Expr) -> Result<(Node, Type), Why> {
        match self.expr(expr)? {
            Typed::One(node, kind) => Ok((node, kind)),
            _ => Err(format!("`{expr}` is of a type that has no compiled form")),
        }
    }

    fn set(&self, expr: &Expr) -> Result<(Set, Type), Why> {
        match self.expr(expr)? {
            Typed::Many(set, of) => Ok((set, of)),
            _ => Err(format!("`{expr}` is of a type that has no compiled form")),
        }
    }

    fn expr(&self, expr: &Expr) -> Result<Typed, Why> {
        let yes = |node| Ok(Typed::One(node, Type::Bool));
        match expr {
            Expr::Literal(literal) => self.literal(literal),
            Expr::Var(var) => Ok(match var {
                Var::Principal => Typed::One(Node::Giver, Type::Entity(Kind::Nation)),
                Var::Resource => Typed::One(Node::Receiver, Type::Entity(Kind::Nation)),
                Var::Action => Typed::One(Node::Action, Type::Entity(Kind::Action)),
                Var::Context => Typed::Context,
            }),
            Expr::UnaryOp { op: UnaryOp::Not, expr } => yes(Node::Not(Box::new(self.truth(expr)?))),
            Expr::UnaryOp { op: UnaryOp::Neg, expr } => {
                Ok(Typed::One(Node::Neg(Box::new(self.number(expr, Type::Long)?)), Type::Long))
            }
            Expr::UnaryOp { op: UnaryOp::IsEmpty, expr } => yes(Node::IsEmpty(Box::new(self.set(expr)?.0))),
            Expr::BinaryOp { op, left, right } => self.binary(*op, left, right),
            Expr::GetAttr { expr, attr } => self.attribute(self.expr(expr)?, attr),
            Expr::HasAttr { expr, attrs } => yes(self.has(self.expr(expr)?, &mut attrs.iter().map(|a| a.as_str()))?),
            Expr::Is { expr, entity_type, in_expr } => self.is(expr, entity_type, in_expr.as_deref()),
            Expr::IfThenElse { cond, then_expr, else_expr } => self.choice(cond, then_expr, else_expr),
            Expr::Set(items) => self.list(items),
            other => Err(format!("`{other}` has no compiled form")),
        }
    }

    fn literal(&self, literal: &Literal) -> Result<Typed, Why> {
        match literal {
            Literal::Bool(yes) => Ok(Typed::One(Node::Const(i64::from(*yes)), Type::Bool)),
            Literal::Long(value) => Ok(Typed::One(Node::Const(*value), Type::Long)),
            Literal::EntityUID(entity) => {
                let (rank, kind) = self.entity(entity)?;
                Ok(Typed::One(Node::Const(rank as i64), Type::Entity(kind)))
            }
            _ => Err("it compares text".to_owned()),
        }
    }

    fn binary(&self, op: BinaryOp, left: &Expr, right: &Expr) -> Result<Typed, Why> {
        let yes = |node| Ok(Typed::One(node, Type::Bool));
        let not = |node: Node| Node::Not(Box::new(node));
        let compare = |op| {
            let (a, b) = (self.number(left, Type::Long)?, self.number(right, Type::Long)?);
            Ok::<_, Why>(Node::Compare(op, Box::new(a), Box::new(b)))
        };
        let arith = |op| {
            let (a, b) = (self.number(left, Type::Long)?, self.number(right, Type::Long)?);
            Ok(Typed::One(Node::Arith(op, Box::new(a), Box::new(b)), Type::Long))
        };
        match op {
            BinaryOp::And => yes(Node::And(Box::new(self.truth(left)?), Box::new(self.truth(right)?))),
            BinaryOp::Or => yes(Node::Or(Box::new(self.truth(left)?), Box::new(self.truth(right)?))),
            BinaryOp::Less => yes(compare(Comparison::Less)?),
            BinaryOp::LessEq => yes(compare(Comparison::LessEqual)?),
            BinaryOp::Greater => yes(not(compare(Comparison::LessEqual)?)),
            BinaryOp::GreaterEq => yes(not(compare(Comparison::Less)?)),
            BinaryOp::Add => arith(Arithmetic::Add),
            BinaryOp::Sub => arith(Arithmetic::Sub),
            BinaryOp::Mul => arith(Arithmetic::Mul),
            BinaryOp::Eq => yes(self.same(left, right)?),
            BinaryOp::NotEq => yes(not(self.same(left, right)?)),
            BinaryOp::In => yes(self.within(self.one(left)?, right)?),
            BinaryOp::Contains => {
                let (set, of) = self.set(left)?;
                yes(Node::Contains(Box::new(set), Box::new(self.number(right, of)?)))
            }
            BinaryOp::ContainsAll => self.sets(left, right, Node::ContainsAll),
            BinaryOp::ContainsAny => self.sets(left, right, Node::ContainsAny),
            other => Err(format!("`{other}` has no compiled form")),
        }
    }

    fn sets(&self, left: &Expr, right: &Expr, make: fn(Box<Set>, Box<Set>) -> Node) -> Result<Typed, Why> {
        let ((a, of), (b, other)) = (self.set(left)?, self.set(right)?);
        match of == other {
            true => Ok(Typed::One(make(Box::new(a), Box::new(b)), Type::Bool)),
            false => Err("it compares sets of different things".to_owned()),
        }
    }

    fn same(&self, left: &Expr, right: &Expr) -> Result<Node, Why> {
        match (self.expr(left)?, self.expr(right)?) {
            (Typed::One(a, of), Typed::One(b, other)) if of == other => {
                Ok(Node::Compare(Comparison::Equal, Box::new(a), Box::new(b)))
            }
            (Typed::Many(a, of), Typed::Many(b, other)) if of == other => Ok(Node::SameSet(Box::new(a), Box::new(b))),
            _ => Err("it compares things of different types".to_owned()),
        }
    }

    fn within(&self, (entity, kind): (Node, Type), right: &Expr) -> Result<Node, Why> {
        let (set, of) = match self.expr(right)? {
            Typed::One(one, of) => (Set::List(vec![one]), of),
            Typed::Many(set, of) => (set, of),
            _ => return Err("`in` has a record on its right".to_owned()),
        };
        match (kind, of) {
            (Type::Entity(kind), Type::Entity(of)) => Ok(Node::In(kind, Box::new(entity), of, Box::new(set))),
            _ => Err("`in` is not about entities".to_owned()),
        }
    }

    fn is(&self, expr: &Expr, named: &pst::EntityType, within: Option<&Expr>) -> Result<Typed, Why> {
        let (node, kind) = self.one(expr)?;
        let Type::Entity(entity) = kind else { return Err("`is` is not about an entity".to_owned()) };
        let is = Node::Known(Box::new(node.clone()), named.to_string() == format!("{entity:?}"));
        let Some(right) = within else { return Ok(Typed::One(is, Type::Bool)) };
        let within = self.within((node, kind), right)?;
        Ok(Typed::One(Node::And(Box::new(is), Box::new(within)), Type::Bool))
    }

    fn choice(&self, cond: &Expr, then: &Expr, other: &Expr) -> Result<Typed, Why> {
        let cond = Box::new(self.truth(cond)?);
        match (self.expr(then)?, self.expr(other)?) {
            (Typed::One(a, of), Typed::One(b, too)) if of == too => {
                Ok(Typed::One(Node::If(cond, Box::new(a), Box::new(b)), of))
            }
            (Typed::Many(a, of), Typed::Many(b, too)) if of == too => {
                Ok(Typed::Many(Set::If(cond, Box::new(a), Box::new(b)), of))
            }
            _ => Err("the branches of an `if` have no common compiled form".to_owned()),
        }
    }

    fn list(&self, items: &[std::sync::Arc<Expr>]) -> Result<Typed, Why> {
        let items = items.iter().map(|item| self.one(item)).collect::<Result<Vec<_>, _>>()?;
        let of = items.first().map(|(_, of)| *of).ok_or("an empty set has no compiled form")?;
        match items.iter().all(|(_, kind)| *kind == of) {
            true => Ok(Typed::Many(Set::List(items.into_iter().map(|(node, _)| node).collect()), of)),
            false => Err("a set mixes things of different types".to_owned()),
        }
    }
}
