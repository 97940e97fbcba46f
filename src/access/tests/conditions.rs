//! Random conditions of the right types, with every operator that the schema allows.
use super::shape::{Shape, SplitMix64};

/// Writes conditions about a world of a given shape.
pub(super) struct Author<'w> {
    pub luck: &'w mut SplitMix64,
    pub shape: &'w Shape,
    /// Whether short forms such as `context.waived` are allowed.
    pub own: bool,
    /// Whether numbers may overflow.
    pub reckless: bool,
}

impl Author<'_> {
    fn pick<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.luck.below(of.len())]
    }

    fn rule(&mut self) -> String {
        match self.own && self.luck.below(2) == 0 {
            true => "context".to_owned(),
            false => format!("context.rules[\"r{}\"]", self.luck.below(self.shape.rules)),
        }
    }

    fn side(&mut self) -> &'static str {
        self.pick(&["principal", "resource", "resource"])
    }

    /// A whole number.
    pub(super) fn long(&mut self, depth: usize) -> String {
        if depth > 0 && self.luck.below(2) == 0 {
            return self.sum(depth - 1);
        }
        match self.luck.below(12) {
            0..=2 => format!("{}", self.luck.below(5)),
            3 if self.reckless => self.pick(&["9223372036854775807", "(-9223372036854775807)"]).to_owned(),
            3 => format!("{}", self.luck.below(100)),
            4..=6 => format!("context.{}", self.pick(&crate::access::schema::EXPOSURE_ATTRIBUTES)),
            7 => self.pick(&["context.level", "context.side_ceiling"]).to_owned(),
            8 => format!("{}.quarters_in_force", self.rule()),
            9 if self.shape.numbers > 0 => format!("{}.n{}", self.side(), self.luck.below(self.shape.numbers)),
            _ => format!("{}.{}", self.side(), self.pick(&["stance", "clearance", "alignment_percent"])),
        }
    }

    fn sum(&mut self, depth: usize) -> String {
        let (a, b) = (self.long(depth), self.long(depth));
        match self.luck.below(6) {
            0 => format!("({a} + {b})"),
            1 => format!("({a} - {b})"),
            2 => format!("({a} * {b})"),
            3 => format!("(-({a}))"),
            4 => format!("({a} * {b} * {})", self.long(0)),
            _ => format!("(if {} then {a} else {b})", self.truth(depth)),
        }
    }

    fn nation(&mut self, depth: usize) -> String {
        match self.luck.below(8) {
            0..=2 => "principal".to_owned(),
            3..=5 => "resource".to_owned(),
            6 if depth > 0 => {
                format!("(if {} then {} else {})", self.truth(depth - 1), self.nation(depth - 1), self.nation(0))
            }
            _ => format!("Nation::\"{}\"", Shape::nation(self.luck.below(self.shape.nations))),
        }
    }

    fn nations(&mut self, depth: usize) -> String {
        match self.luck.below(8) {
            0..=2 => format!("{}.informs", self.nation(depth.saturating_sub(1))),
            3..=4 => format!("{}.restricts", self.nation(depth.saturating_sub(1))),
            5 if depth > 0 => {
                format!("(if {} then {} else {})", self.truth(depth - 1), self.nations(depth - 1), self.nations(0))
            }
            _ => format!("[{}, {}]", self.nation(0), self.nation(0)),
        }
    }

    fn numbers(&mut self, depth: usize) -> String {
        format!("[{}, {}]", self.long(depth.saturating_sub(1)), self.long(0))
    }

    fn above(&mut self) -> Option<String> {
        let (groups, agreements) = (self.shape.groups, self.shape.agreements);
        if groups + agreements == 0 {
            return None;
        }
        let at = self.luck.below(groups + agreements);
        Some(if at < groups { format!("Group::\"g{at}\"") } else { format!("Agreement::\"a{}\"", at - groups) })
    }

    /// A Boolean.
    pub(super) fn truth(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.fact();
        }
        let less = depth - 1;
        match self.luck.below(16) {
            0..=1 => format!("({} && {})", self.truth(less), self.truth(less)),
            2..=3 => format!("({} || {})", self.truth(less), self.truth(less)),
            4 => format!("!({})", self.truth(less)),
            5 => format!("(if {} then {} else {})", self.truth(less), self.truth(less), self.truth(less)),
            6..=9 => self.comparison(less),
            10 => format!("{}.contains({})", self.nations(less), self.nation(less)),
            11 => {
                let op = self.pick(&["containsAll", "containsAny"]);
                format!("{}.{op}({})", self.nations(less), self.nations(less))
            }
            12 => {
                let op = self.pick(&["contains", "containsAny", "containsAll"]);
                let right = if op == "contains" { self.long(less) } else { self.numbers(less) };
                format!("{}.{op}({right})", self.numbers(less))
            }
            13 => self.equality(less),
            14 => format!("{}.isEmpty()", self.nations(less)),
            _ => self.fact(),
        }
    }

    fn comparison(&mut self, depth: usize) -> String {
        let op = self.pick(&["==", "!=", "<", "<=", ">", ">=", ">", "<"]);
        format!("{} {op} {}", self.long(depth), self.long(depth))
    }

    fn equality(&mut self, depth: usize) -> String {
        let op = self.pick(&["==", "!="]);
        match self.luck.below(4) {
            0 => format!("{} {op} {}", self.nation(depth), self.nation(depth)),
            1 => format!("{} {op} {}", self.nations(depth), self.nations(depth)),
            2 => format!("{} {op} {}", self.numbers(depth), self.numbers(depth)),
            _ => format!("({}) {op} ({})", self.truth(depth), self.truth(depth)),
        }
    }

    fn fact(&mut self) -> String {
        match self.luck.below(14) {
            0..=1 if self.shape.flags > 0 => format!("{}.b{}", self.side(), self.luck.below(self.shape.flags)),
            2 => format!("{}.{}", self.rule(), self.pick(&["waived", "tear_line", "restoring"])),
            3 => format!("{} has {}", self.side(), self.pick(&["stance", "informs"])),
            4..=6 => match self.above() {
                Some(above) if self.luck.below(4) == 0 => {
                    let other = self.above().unwrap_or_else(|| above.clone());
                    match above.split(':').next() == other.split(':').next() {
                        true => format!("{} in [{above}, {other}]", self.side()),
                        false => format!("{} is Nation in {above}", self.side()),
                    }
                }
                Some(above) => format!("{} in {above}", self.side()),
                None => "principal != resource".to_owned(),
            },
            7 => format!("action == Action::\"{}\"", self.pick(&["share", "work_alongside", "co_locate"])),
            8 => "action in [Action::\"share\", Action::\"co_locate\"]".to_owned(),
            9 => format!("{} in {}", self.nation(0), self.nations(0)),
            10 => format!("context.level {} {}", self.pick(&["<", "<=", ">", ">="]), self.luck.below(5)),
            _ => format!("{} {} {}", self.long(0), self.pick(&["<", "<=", ">", ">=", "=="]), self.long(0)),
        }
    }

    /// A condition that only Cedar can decide. It is slow, so only for small worlds.
    pub(super) fn uncompiled(&mut self) -> String {
        let (a, b) = (self.long(1), self.long(0));
        match self.luck.below(3) {
            0 => format!("{{\"x\": {a}}} == {{\"x\": {b}}}"),
            1 => format!("[[{a}]].contains([{b}])"),
            _ => format!("(\"text\" like \"t*\" && {a} > {b})"),
        }
    }
}
