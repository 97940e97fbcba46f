//! The closed vocabularies of scenarios and tables: level, stance, action, and others, in rank order.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, in rank order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The word used in scenarios and tables.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
            /// The rank, from 0.
            pub fn rank(self) -> usize {
                self as usize
            }
            /// The value of a rank, if there is one.
            pub fn from_rank(rank: usize) -> Option<Self> {
                Self::ALL.get(rank).copied()
            }
        }
    };
}

vocabulary!(
    /// How sensitive a report is (ranks 0 to 4).
    Level {
        /// Rank 0.
        Open = "open",
        /// Rank 1.
        Restricted = "restricted",
        /// Rank 2.
        Confidential = "confidential",
        /// Rank 3.
        Secret = "secret",
        /// Rank 4.
        TopSecret = "top_secret",
    }
);
vocabulary!(
    /// A government's policy on the flagged vendors (ranks 0 to 3).
    Stance {
        /// No restriction.
        Open = "open",
        /// Out of the core, capped in the access layer.
        Restricted = "restricted",
        /// No purchases at all; what is installed in access above the cap, and in the core, goes as under `restricted`.
        Banned = "banned",
        /// A ban with a deadline for all that is installed.
        Removal = "removal",
    }
);
vocabulary!(
    /// What a rule may forbid.
    Action {
        /// Send reports.
        Share = "share",
        /// Joint operations and fused assessments.
        WorkAlongside = "work_alongside",
        /// Keep missions and outposts there.
        CoLocate = "co_locate",
    }
);
vocabulary!(
    /// How an agreement shares.
    AgreementKind {
        /// One common channel that all members read.
        Pool = "pool",
        /// Each pair of members decides.
        Bilateral = "bilateral",
    }
);
vocabulary!(
    /// How firmly an owner applies a rule.
    Enforcement {
        /// In full, always.
        Automatic = "automatic",
        /// The owner chooses between full, tear-line and waiver.
        Discretionary = "discretionary",
    }
);
vocabulary!(
    /// What a mission is.
    MissionKind {
        /// An embassy or high commission.
        Embassy = "embassy",
        /// A consulate.
        Consulate = "consulate",
        /// A military base or site.
        Outpost = "outpost",
    }
);
vocabulary!(
    /// What a report is.
    Product {
        /// Raw: signals, human sources, imagery.
        Raw = "raw",
        /// Finished: an analysis made of them.
        Assessment = "assessment",
    }
);
vocabulary!(
    /// Whether a mission works.
    MissionStatus {
        /// It works.
        Open = "open",
        /// It is closed for now, or being withdrawn.
        Suspended = "suspended",
        /// It is gone.
        Withdrawn = "withdrawn",
    }
);
vocabulary!(
    /// What a network carries.
    Traffic {
        /// The public's.
        Public = "public",
        /// The government's.
        Government = "government",
    }
);
vocabulary!(
    /// A layer of a network.
    Layer {
        /// The core.
        Core = "core",
        /// The standing fourth-generation radio access network.
        #[serde(rename = "access_4g")]
        Access4g = "access_4g",
        /// The fifth-generation radio access network, built from 2019 on.
        #[serde(rename = "access_5g")]
        Access5g = "access_5g",
    }
);

vocabulary!(
    /// What holds what an ordered pair shares below its agreement's ceiling.
    Binding {
        /// Nothing does.
        None = "none",
        /// A rule of the sender forbids it.
        Rule = "rule",
        /// No agreement joins the two.
        Agreement = "agreement",
        /// The sender does not trust the receiver enough.
        Trust = "trust",
        /// The receiver is not cleared for it.
        Clearance = "clearance",
        /// Another owner keeps fused reports back.
        CoOwner = "co_owner",
    }
);

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Stance {
    /// This stance and all milder ones, the mildest first.
    pub fn and_milder(self) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |stance| *stance <= self)
    }
}

/// The number of levels.
pub const LEVELS: usize = 5;
/// The number of products.
pub const PRODUCTS: usize = 2;
/// The number of stances.
pub const STANCES: usize = 4;

/// Limits a share to the range 0 to 1.
pub fn clamp_share(x: f64) -> f64 {
    x.clamp(0.0, 1.0)
}
