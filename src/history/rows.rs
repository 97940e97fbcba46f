//! The rows of every table: add a field, and the CSV, the codebook and the data package follow.
use super::cell::{Millions, Quantity, Share, Text};
use super::row::rows;
use crate::world::levels::Binding;

rows! {
    /// One run.
    RunRow = "runs" keys 0 {
        /// Master seed: names the luck.
        seed: u64, "";
        /// Version of the engine that made it.
        engine_version: Text, "";
        /// SHA-256 of the canonical resolved scenario with all its CSV and Cedar text.
        scenario_sha256: Text, "";
        /// First quarter.
        start: Text, "quarter";
        /// Last quarter.
        end: Text, "quarter";
        /// How many quarters.
        quarters: u32, "quarters";
    }
    /// One quarter of a run: how the alliance as a whole stands.
    MetricsRow = "metrics" keys 2 {
        /// Year.
        year: u32, "year";
        /// Quarter of the year, 1 to 4.
        quarter: u32, "quarter";
        /// Blocs: groups of nations that see the same picture, at least half of it on average; a nation alone is one.
        bloc_count: u32, "blocs";
        /// Members of the largest bloc / nations.
        largest_bloc_share: Share, "share";
        /// Borgatti's F = 1 - sum s(s - 1) / (n(n - 1)) over bloc sizes s.
        fragmentation_index: Share, "index";
        /// Borgatti's DF = 1 - 2 sum of 1/d over pairs / (n(n - 1)), d in hops over pairs that share freely.
        distance_fragmentation_index: Share, "index";
        /// How many separate pictures the nations have: 1 if all see the same, as many as nations if nobody shares.
        effective_pictures: Quantity, "pictures";
        /// Mean over pairs of nations of the overlap of what they may read.
        picture_overlap_share: Share, "share";
        /// (report, reader) pairs that came about / those that agreements alone allow at full trust.
        reach_share: Share, "share";
        /// The same pairs, of the hub's reports alone (empty where none are due).
        hub_outflow_share: Option<Share>, "share";
        /// The same pairs, with the hub as the reader (empty where none are due).
        hub_inflow_share: Option<Share>, "share";
        /// The same pairs, among all others (empty where none are due).
        rest_reach_share: Option<Share>, "share";
        /// Over pairs with an agreement: the levels that may go / the levels that agreements allow, as ranks + 1.
        level_kept_share: Option<Share>, "share";
        /// Mean distance of the stances of two nations with an agreement, of the greatest possible.
        stance_distance: Option<Share>, "share";
        /// Mean distance of the stances of the hub and of the nations with which it has an agreement.
        stance_distance_to_hub: Option<Share>, "share";
        /// Reports produced this quarter, fused assessments among them.
        reports_produced: u32, "reports";
        /// The part of what agreements allow that a rule stopped.
        reports_withheld_share: Share, "share";
        /// The part of what agreements allow that want of trust or clearance stopped.
        reports_lost_to_trust_share: Share, "share";
        /// The part of what agreements allow that was lost in moving from a pool to a side list.
        reports_lost_to_friction_share: Share, "share";
        /// Warnings about another nation that an agreement would have let it read at full trust.
        warnings_raised: u32, "warnings";
        /// The part of those that the nation did not read (empty where there were none).
        warnings_missed_share: Option<Share>, "share";
        /// Reports that leaked this quarter / reports produced this quarter.
        reports_leaked_share: Share, "share";
        /// Reports that a pool should have carried and did not / reports due in pools (empty where none were due).
        pool_thinning_share: Option<Share>, "share";
        /// Pairs and actions that the announced rules, enforced in full, would stop.
        declared_restriction_count: u32, "pairs and actions";
        /// Pairs and actions that rules do stop.
        applied_restriction_count: u32, "pairs and actions";
        /// 1 - applied / declared (empty where none are declared).
        declared_actual_gap: Option<Share>, "share";
        /// Mean over nations of the share of the core by vendors flagged by anyone.
        mean_core_flagged_share: Share, "share";
        /// Mean over nations of the share of 4G access by vendors flagged by anyone.
        mean_access_4g_flagged_share: Share, "share";
        /// Mean over nations with 5G of the share of 5G access by vendors flagged by anyone.
        mean_access_5g_flagged_share: Share, "share";
        /// Missions withdrawn at the end of the quarter.
        missions_withdrawn_count: u32, "missions";
        /// Cost of replacing equipment ahead of time this quarter.
        replacement_cost_musd: Millions, "million US dollars";
    }
    /// One nation at the end of a year; counts are sums over the year.
    NationRow = "nations" keys 2 {
        /// Year.
        year: u32, "year";
        /// Nation, ISO 3166-1 alpha-3.
        iso3: Text, "";
        /// English name.
        name: Text, "";
        /// Correlates of War code.
        cow_code: Option<u32>, "";
        /// Bloc it belongs to: the member with the greatest intelligence at the start.
        bloc_id: Text, "";
        /// Stance on the flagged vendors.
        stance: &'static str, "";
        /// Rank of the stance, 0 to 3.
        stance_rank: u32, "rank";
        /// Its belief that the flagged vendors are compromised.
        belief_share: Share, "share";
        /// Its exposure to the rivals that the coalition guards against.
        threat_share: Share, "share";
        /// Share of its core by vendors flagged by anyone.
        core_flagged_share: Share, "share";
        /// Share of its 4G access by vendors flagged by anyone.
        access_4g_flagged_share: Share, "share";
        /// Share of its 5G access by vendors flagged by anyone (0 before any is built).
        access_5g_flagged_share: Share, "share";
        /// Reports it produced.
        reports_produced: u32, "reports";
        /// New reports of others that it read.
        reports_read: u32, "reports";
        /// New reports that agreements allow and a rule kept from it.
        reports_withheld_from: u32, "reports";
        /// Value of the reports it produced.
        value_produced: Quantity, "value";
        /// Value of the new reports of others that it read.
        value_read: Quantity, "value";
        /// The part of that value that was raw.
        raw_value_read: Quantity, "value";
        /// Value of the new reports that agreements allow and a rule kept from it.
        value_withheld_from: Quantity, "value";
        /// Warnings about it that it should have read and did not.
        warnings_missed: u32, "warnings";
        /// Reports that leaked in it.
        reports_leaked: u32, "reports";
        /// How many owners restrict it in any action.
        restricted_by_count: u32, "nations";
        /// Cost of replacing equipment ahead of time.
        replacement_cost_musd: Millions, "million US dollars";
    }
    /// One ordered pair at the end of a year; counts are sums over the year.
    DyadRow = "dyads" keys 3 {
        /// Year.
        year: u32, "year";
        /// Who sends.
        sender_iso3: Text, "";
        /// Who receives.
        receiver_iso3: Text, "";
        /// Correlates of War code of the sender.
        sender_cow: Option<u32>, "";
        /// Correlates of War code of the receiver.
        receiver_cow: Option<u32>, "";
        /// Highest level of any agreement that joins them (empty: none does).
        ceiling_rank: Option<u32>, "rank";
        /// Highest level that trust and rules allow (empty: not even open).
        cap_rank: Option<u32>, "rank";
        /// Highest level that is shared: the lowest of ceiling, cap and the receiver's clearance (empty: nothing).
        level_rank: Option<u32>, "rank";
        /// Whether any report may be sent.
        share_permitted: bool, "";
        /// Whether they may work alongside.
        work_permitted: bool, "";
        /// Whether the sender may keep missions with the receiver.
        colocate_permitted: bool, "";
        /// Goodwill of the sender towards the receiver.
        trust_share: Share, "share";
        /// Confidence of the sender that what it gives to the receiver stays there.
        handling_share: Share, "share";
        /// What the sender gives of what could go to the receiver where each pair decides.
        giving_share: Share, "share";
        /// New reports of the sender that the receiver read in the year.
        reports_sent: u32, "reports";
        /// New reports of the sender that agreements allow and a rule kept from the receiver in the year.
        reports_withheld: u32, "reports";
        /// Value of the reports sent.
        value_sent: Quantity, "value";
        /// Value of the reports withheld.
        value_withheld: Quantity, "value";
        /// What holds the level below the ceiling: none, rule, agreement, trust, clearance, co_owner.
        binding_reason: Binding, "";
        /// The rule that binds (empty unless the reason is a rule).
        binding_rule: Option<Text>, "";
        /// The decision that restricted the pair (empty unless the reason is a rule).
        decision_id: Option<Text>, "";
    }
    /// One bloc at the end of a year.
    BlocRow = "blocs" keys 2 {
        /// Year.
        year: u32, "year";
        /// Bloc: the iso3 of the member with the greatest intelligence at the start.
        bloc_id: Text, "";
        /// Members.
        member_count: u32, "nations";
        /// The member with the greatest intelligence at the start.
        leader_iso3: Text, "";
        /// The part of the permitted flow of its members that stays within the bloc.
        internal_flow_share: Share, "share";
    }
    /// One vendor's part of one layer of a network at the end of a year.
    NetworkRow = "networks" keys 4 {
        /// Year.
        year: u32, "year";
        /// Network.
        network_id: Text, "";
        /// Layer: core, access_4g or access_5g.
        layer: &'static str, "";
        /// Vendor.
        vendor_id: Text, "";
        /// Its share of the layer.
        vendor_share: Share, "share";
        /// How many nations flag the vendor.
        flagged_by_count: u32, "nations";
    }
    /// One mission at the end of a year.
    MissionRow = "missions" keys 2 {
        /// Year.
        year: u32, "year";
        /// Mission.
        mission_id: Text, "";
        /// Who sends it.
        sender_iso3: Text, "";
        /// Where it is.
        host_iso3: Text, "";
        /// embassy, consulate or outpost.
        kind: &'static str, "";
        /// open, suspended or withdrawn.
        status: &'static str, "";
        /// What the sender sees of flagged equipment on the networks that serve it.
        flagged_share: Share, "share";
    }
    /// One choice of the simulation, with its odds and its cause.
    DecisionRow = "decisions" keys 3 {
        /// Year.
        year: u32, "year";
        /// Quarter of the year, 1 to 4.
        quarter: u32, "quarter";
        /// Decision: its quarter and a number within the run.
        decision_id: Text, "";
        /// stance, contract, enforce, waive, mission, agreement, restrict, restore, leak or disclosure.
        kind: &'static str, "";
        /// Who decided.
        actor_iso3: Text, "";
        /// On whom (empty where nobody else is concerned).
        target_iso3: Option<Text>, "";
        /// Under which rule (empty where under none).
        rule_id: Option<Text>, "";
        /// What was decided.
        outcome: Text, "";
        /// The chance of this outcome (1 where it was certain).
        probability: Share, "share";
        /// The draw that decided (empty where nothing was drawn).
        draw: Option<Share>, "share";
        /// Why, in words, with values and thresholds.
        reason: Text, "";
        /// The decision or event that caused it (empty where the start did). Of a stance: what the government reviewed it
        /// because of; why it chose so is in `reason`, as the terms of its utility.
        because_id: Option<Text>, "";
        /// The scenario file that holds what it rests on.
        source_file: Text, "";
        /// The line in that file.
        source_line: u32, "line";
    }
    /// One event that was applied.
    EventRow = "events" keys 3 {
        /// Year.
        year: u32, "year";
        /// Quarter of the year, 1 to 4.
        quarter: u32, "quarter";
        /// Event.
        event_id: Text, "";
        /// Its effect.
        effect: &'static str, "";
        /// Its source.
        source: Option<Text>, "";
    }
}
