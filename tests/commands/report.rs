//! `noforn report` through the front door: whatever the folder, one file that stands alone.
use crate::program::*;
use std::fs;
use std::path::Path;

/// The report of a folder of runs, which opens with five sentences.
fn report(folder: &Path, more: &[&str]) -> String {
    stdout_of(ROOT, &[&["report", text(folder), "--force"], more].concat());
    let page = fs::read_to_string(folder.join("report.html")).expect("the report is there");
    let sentences = parts(&page, "<ol class=\"sentences\">", "</ol>");
    assert_eq!(sentences[0].matches("<li>").count(), 5, "five sentences: {sentences:?}");
    page
}

/// The parts of a text from one mark to the next.
fn parts<'a>(page: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    let starts = page.match_indices(from).map(|(at, _)| at);
    starts.map(|at| &page[at..at + page[at..].find(to).expect("what is opened is closed") + to.len()]).collect()
}

/// Whether every element is closed in its turn, attributes are quoted and nothing is left unescaped.
fn well_formed(xml: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        let end = tag.find('>').ok_or("a tag does not end")?;
        for (at, _) in before.match_indices('&') {
            let entity = &before[at..before[at..].find(';').map_or(before.len(), |end| at + end + 1)];
            if !["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"].contains(&entity) {
                return Err(format!("`{entity}` is no entity"));
            }
        }
        let inner = &tag[1..end];
        if inner.matches('"').count() % 2 != 0 {
            return Err(format!("`{inner}` has a quote too many"));
        }
        match (inner.strip_prefix('/'), inner.strip_suffix('/')) {
            (Some(name), _) if open.pop() == Some(name) => {}
            (Some(name), _) => return Err(format!("`{name}` is closed and was not open")),
            (None, Some(_)) => {}
            (None, None) => open.push(inner.split([' ', '\n']).next().unwrap_or_default()),
        }
        rest = &tag[end + 1..];
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} stay open")) }
}

/// What holds of every report.
fn stands_alone(page: &str) {
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("<html lang=\"en\">"));
    let lower = page.to_lowercase();
    for active in [
        "<script",
        "<iframe",
        "<object",
        "<embed",
        "<link",
        "<img",
        "@import",
        "url(",
        " onload",
        "src=",
        "javascript:",
    ] {
        assert!(!lower.contains(active), "the page holds `{active}`");
    }
    for (at, _) in page.match_indices("href=\"") {
        assert!(page[at + 6..].starts_with('#'), "{}", &page[at..at + 60]);
    }
    let svgs = parts(page, "<svg ", "</svg>");
    assert!(!svgs.is_empty(), "there are pictures");
    for svg in &svgs {
        well_formed(svg).unwrap_or_else(|why| panic!("{why}: {}", &svg[..svg.len().min(400)]));
        assert!(svg.contains("role=\"img\"") && svg.contains("<title ") && svg.contains("<desc "), "{}", &svg[..200]);
        assert!(svg.contains("<text "), "{}", &svg[..200]);
        let numbers = svg.replace("inflow", "");
        assert!(!numbers.contains("NaN") && !numbers.contains("inf"), "{}", &svg[..200]);
    }
    for figure in parts(page, "<figure ", "</figure>") {
        assert!(
            figure.contains("<h3 ") && figure.contains("<svg ") && figure.contains("<details>"),
            "{}",
            &figure[..200]
        );
        assert!(figure.contains("<caption>"), "{}", &figure[..200]);
    }
    assert_eq!(page.matches("<main>").count(), 1);
}

const PICTURES: [&str; 6] = ["storyline-1", "sharing-1", "fan-stance-distance", "tradeoff", "stances", "exposure"];

#[test]
fn three_nations_and_one_run_have_every_picture() {
    let (_home, folder) = run_results(TUTORIAL, &[]);
    let page = report(&folder, &[]);
    stands_alone(&page);
    for picture in PICTURES {
        assert!(page.contains(&format!("<figure id=\"{picture}\"")), "{picture}");
    }
    assert!(page.contains("One run: the line is what happened in it"));
}

#[test]
fn the_same_folder_gives_the_same_bytes_wherever_it_lies_and_stays_verified() {
    let (temporary, folder) = run_results(TUTORIAL, &["--variant", "as-spoken", "--reps", "7"]);
    let first = report(&folder, &[]);
    let moved = temporary.path().join("moved elsewhere");
    fs::rename(&folder, &moved).expect("moves");
    assert!(first == report(&moved, &[]), "a report does not depend on where its folder lies");
    stdout_of(ROOT, &["verify", text(&moved)]);
}

#[test]
fn five_variants_are_compared_by_paired_differences() {
    let variants = ["as-spoken", "no-embargo", "no-threat", "core-only"];
    let asked: Vec<&str> = variants.iter().flat_map(|variant| ["--variant", variant]).collect();
    let more = [&asked[..], &["--reps", "3", "--set", "run.end=2022Q4"]].concat();
    let (_home, folder) = run_results(HUAWEI, &more);
    let page = report(&folder, &[]);
    stands_alone(&page);
    for variant in variants {
        assert!(page.contains(&format!(">{variant} less baseline: median (5 % to 95 %)<")), "{variant}");
        assert!(page.contains(&format!("What {variant} changes")), "{variant}");
    }
    assert!(page.contains("How the options differ from baseline") && page.contains("of the 3 paired runs"));
    assert!(page.contains("the options have one order by") && page.contains("--robust"));
    let two = report(&folder, &["--variant", "no-threat", "--variant", "as-spoken"]);
    assert!(two.contains(">as-spoken less no-threat: median") && !two.contains("core-only</text>"));
}

#[test]
fn names_that_would_be_markup_are_only_names() {
    let source = fs::read_to_string(TUTORIAL).expect("text");
    let hostile = source
        .replace("Three nations and one rule", "</title><script>alert(1)</script> ]]> & 'x'")
        .replace("name = \"United States\"", "name = \"<script>alert('x')</script> \\\"États-Unis\\\"\"")
        .replace(
            "name = \"United Kingdom\"",
            "name = \"Üñîtéd ]]> <b>Kïngdöm</b> of a name that goes on and on and on\"",
        )
        .replace("name = \"Germany\"", "name = \"ألمانيا\"");
    let temporary = temporary_folder();
    let file = temporary.path().join("hostile.toml");
    fs::write(&file, hostile).expect("writes");
    let (_home, folder) = run_results(text(&file), &["--variant", "as-spoken", "--reps", "2"]);
    let page = report(&folder, &["--pair", "USA", "DEU"]);
    stands_alone(&page);
    assert!(
        page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &quot;États-Unis&quot;")
            && page.contains("ألمانيا")
    );
}

#[test]
fn the_report_says_what_the_folder_lacks_and_draws_the_rest() {
    for (tables, missing) in [("runs", "nations"), ("metrics", "nations"), ("nations", "dyads"), ("dyads", "metrics")] {
        let (_home, folder) = run_results(TUTORIAL, &["--tables", tables, "--variant", "as-spoken"]);
        stdout_of(ROOT, &["report", text(&folder)]);
        let page = fs::read_to_string(folder.join("report.html")).expect("the report is there");
        assert!(page.contains(&format!("The folder has no `{missing}.csv`")), "{tables}");
        assert_eq!(parts(&page, "<ol class=\"sentences\">", "</ol>")[0].matches("<li>").count(), 5, "{tables}");
    }
}

#[test]
fn many_runs_are_counted_and_a_record_is_drawn_beneath() {
    let (temporary, folder) =
        run_results(TUTORIAL, &["--variant", "as-spoken", "--reps", "320", "--tables", "metrics,nations,dyads"]);
    let record = temporary.path().join("record.csv");
    fs::write(&record, "iso3,quarter,stance\nGBR,2020Q3,removal\nDEU,2021Q1,restricted\n").expect("writes");
    let page = report(&folder, &["--record", text(&record)]);
    stands_alone(&page);
    assert!(page.contains("median of 320 runs") && page.contains("the first 300 runs"));
    assert!(page.contains("removal from 2020Q3"));
}

#[test]
fn a_report_is_replaced_only_when_asked_and_only_if_it_is_ours() {
    let (temporary, folder) = run_results(TUTORIAL, &[]);
    let file = temporary.path().join("page.html");
    let write = |force: bool| {
        let more: &[&str] = if force { &["--force"] } else { &[] };
        run_command(ROOT, &[&["report", text(&folder), "-o", text(&file)], more].concat())
    };
    let first = write(false);
    assert_eq!(first.code, Some(0));
    let reply = first.out;
    assert!(
        reply.lines().count() == 1 && reply.contains("wrote ") && reply.contains("next: noforn export "),
        "{reply}"
    );
    let again = write(false);
    assert!(again.code == Some(2) && again.err.contains("exists and is not replaced unasked"), "{again:?}");
    assert_eq!(write(true).code, Some(0));
    fs::write(&file, "<p>a thesis</p>").expect("writes");
    let foreign = write(true);
    assert!(foreign.code == Some(2) && foreign.err.contains("noforn did not make it"), "{foreign:?}");
}

#[test]
fn reports_that_are_not_possible_have_a_message() {
    let (_home, folder) = run_results(TUTORIAL, &[]);
    let cases: [(&[&str], &str); 5] = [
        (&["report", "scenarios"], "datapackage.json"),
        (&["report", text(&folder), "--pair", "USA", "Germany"], "did you mean `DEU`"),
        (&["report", text(&folder), "--pair", "USA", "USA"], "named twice"),
        (&["report", text(&folder), "--variant", "as-spken"], "no variant `as-spken`"),
        (&["report", text(&folder), "--record", TUTORIAL], "cannot be read"),
    ];
    for (arguments, message) in cases {
        let response = refusal_of(ROOT, arguments);
        assert!(response.contains(message), "{arguments:?}: {response}");
    }
    let temporary = folder.parent().expect("a home");
    let compared = temporary.join("compared");
    stdout_of(ROOT, &["compare", TUTORIAL, "baseline", "as-spoken", "-o", text(&compared), "--reps", "2"]);
    stdout_of(ROOT, &["report", text(&compared)]);
    stands_alone(&fs::read_to_string(compared.join("report.html")).expect("a report"));
    let response = refusal_of(ROOT, &["report", text(&compared), "--pair", "USA", "DEU", "--force"]);
    assert!(response.contains("say nothing about this folder"), "{response}");
    let nations = folder.join("nations.csv");
    let reply = fs::read_to_string(&nations).expect("a table");
    for (from, to, message) in [
        (",GBR,", ",XXX,", "tells of `XXX`"),
        (",2020,", ",twenty,", "is not a number"),
        ("iso3", "code", "no column `iso3`"),
    ] {
        fs::write(&nations, reply.replacen(from, to, 1)).expect("writes");
        let response = refusal_of(ROOT, &["report", text(&folder)]);
        assert!(response.contains(message), "{to}: {response}");
    }
}

#[test]
fn pictures_are_files_of_their_own_in_a_new_folder() {
    let (_home, folder) = run_results(TUTORIAL, &["--variant", "as-spoken", "--reps", "3"]);
    let page = report(&folder, &[]);
    let reply = stdout_of(ROOT, &["report", text(&folder), "--pictures", "svg"]);
    let written = names(folder.join("pictures"));
    assert!(reply.contains(&format!("wrote {} pictures", written.len())), "{reply}");
    assert_eq!(written.len(), page.matches("<svg ").count(), "every picture of the page");
    for name in &written {
        let picture = fs::read_to_string(folder.join("pictures").join(name)).expect("a picture");
        assert!(picture.starts_with("<svg ") && picture.trim_end().ends_with("</svg>"), "{name}");
    }
    let pixels = folder.join("pixels");
    stdout_of(ROOT, &["report", text(&folder), "--pictures", "png", "-o", text(&pixels)]);
    for name in &written {
        let svg = fs::read_to_string(folder.join("pictures").join(name)).expect("a picture");
        let png = fs::read(pixels.join(name.replace(".svg", ".png"))).expect("every picture is there");
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "{name}");
        assert_eq!(png_size(&png), view_box(&svg).map(|length| (2.0 * length).ceil() as u32), "{name}");
    }
    let again = refusal_of(ROOT, &["report", text(&folder), "--pictures", "svg"]);
    assert!(again.contains("new folder"), "{again}");
    stdout_of(ROOT, &["verify", text(&folder)]);
}

/// Width and height of a PNG in pixels, from its header.
fn png_size(png: &[u8]) -> [u32; 2] {
    [16, 20].map(|at| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes")))
}

/// Width and height of a drawing.
fn view_box(svg: &str) -> [f64; 2] {
    let numbers = parts(svg, "viewBox=\"0 0 ", "\" ")[0].trim_start_matches("viewBox=\"0 0 ").trim_end_matches("\" ");
    let (width, height) = numbers.split_once(' ').expect("two numbers");
    [width, height].map(|number| number.parse().expect("a number"))
}

#[test]
fn a_sweep_has_a_report_too() {
    let temporary = temporary_folder();
    let sweep =
        ["sweep", TUTORIAL, "--over", "model.beta=2..6:3", "--over", "model.w_intel=0.4,0.8", "--reps", "2", "-o", "s"];
    let said = stdout_of(&temporary, &sweep);
    assert!(said.contains("strongest path") && said.contains("the first points:"), "{said}");
    for (design, heads) in [("saltelli", ["first order", "total"]), ("morris", ["(mu*)", "sigma"])] {
        let over =
            ["sweep", TUTORIAL, "--variant", "as-spoken", "--over", "model.beta=2..6", "--over", "model.w_cost=2..9"];
        let said = stdout_of(&temporary, &[&over[..], &["--design", design, "--points", "8", "-o", design]].concat());
        let table = said.lines().skip_while(|line| !line.starts_with("strongest paths"));
        let [head, first] = [0, 1].map(|at| table.clone().nth(at).unwrap_or_default());
        assert!(heads.iter().all(|index| head.contains(index)) && first.contains("model."), "{said}");
    }
    stdout_of(&temporary, &["report", "s"]);
    let page = fs::read_to_string(temporary.path().join("s/report.html")).expect("a report");
    stands_alone(&page);
    assert!(page.contains("What the paths move") && page.contains("<svg "));
}
