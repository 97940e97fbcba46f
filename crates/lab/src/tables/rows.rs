//! Row types of the tables that follow from all runs: summary, codebook, origins of values.
use noforn::history::cell::{Quantity, Text};
use noforn::history::row::rows;

rows! {
    /// One metric in one quarter of a variant, over its runs.
    SummaryRow = "summary" keys 3 {
        /// Year.
        year: u32, "year";
        /// Quarter of the year, 1 to 4.
        quarter: u32, "quarter";
        /// A column of `metrics`.
        metric: &'static str, "";
        /// Runs in which the metric is not missing.
        n: u64, "runs";
        /// Mean over those runs.
        mean: Option<Quantity>, "unit of the metric";
        /// Sample standard deviation, divided by n - 1 (empty below two runs).
        sd: Option<Quantity>, "unit of the metric";
        /// 5 % quantile, between order statistics by the straight line (type 7: the default of R, NumPy and pandas).
        q05: Option<Quantity>, "unit of the metric";
        /// 25 % quantile.
        q25: Option<Quantity>, "unit of the metric";
        /// Median.
        q50: Option<Quantity>, "unit of the metric";
        /// 75 % quantile.
        q75: Option<Quantity>, "unit of the metric";
        /// 95 % quantile.
        q95: Option<Quantity>, "unit of the metric";
    }
    /// One column of a table of this folder.
    CodebookRow = "codebook" keys 2 {
        /// Table: its file without `.csv`.
        table: Text, "";
        /// Column.
        column: Text, "";
        /// Where the column stands, from 1.
        position: u64, "";
        /// integer, number, boolean (0 or 1) or string.
        r#type: &'static str, "";
        /// Unit.
        unit: Option<Text>, "";
        /// Whether no value is missing.
        required: bool, "";
        /// What it says.
        description: Text, "";
    }
    /// Where a value of the resolved scenario was set.
    OriginRow = "origins" keys 2 {
        /// Variant (of those beside `baseline`, only values set elsewhere than there).
        variant: Text, "";
        /// Path of the value, as for `--set`.
        path: Text, "";
        /// The file, relative to the scenario.
        source_file: Text, "";
        /// Line, from 1.
        source_line: u32, "line";
        /// Column in characters, from 1.
        source_column: u32, "character";
    }
}
