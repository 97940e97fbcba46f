//! The small files of a workbook around its sheets.
use noforn_lab::report::markup::Markup;

/// A sheet: a table, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The table.
    pub table: String,
    /// Which part of it, from 1.
    pub part: usize,
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const OPC: &str = "http://schemas.openxmlformats.org/package/2006/";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const SHEETS: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// Names of sheets: at most 31 characters, none of those that spreadsheets forbid, no two alike.
pub fn names(sheets: &[Sheet]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for sheet in sheets {
        let plain: String = sheet.table.chars().map(|c| if "[]:*?/\\'".contains(c) { '_' } else { c }).collect();
        let mut number = sheet.part;
        let name = loop {
            let end = if number == 1 { String::new() } else { format!(" ({number})") };
            let name = plain.chars().take(31 - end.len()).collect::<String>() + &end;
            if !names.contains(&name) {
                break name;
            }
            number += 1;
        };
        names.push(name);
    }
    names
}

/// Every file of a workbook but its sheets, by its path.
pub fn parts(names: &[String]) -> [(&'static str, Markup); 5] {
    [
        ("[Content_Types].xml", types(names.len())),
        ("_rels/.rels", root()),
        ("xl/workbook.xml", workbook(names)),
        ("xl/_rels/workbook.xml.rels", relations(names.len())),
        ("xl/styles.xml", styles()),
    ]
}

fn begun() -> Markup {
    let mut text = Markup::default();
    text.own(HEAD);
    text
}

fn types(sheets: usize) -> Markup {
    let main = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
    let mut text = begun();
    text.open("Types", &[("xmlns", &format!("{OPC}content-types"))]);
    text.leaf(
        "Default",
        &[("Extension", "rels"), ("ContentType", "application/vnd.openxmlformats-package.relationships+xml")],
    );
    text.leaf("Default", &[("Extension", "xml"), ("ContentType", "application/xml")]);
    let mut part = |path: &str, kind: &str| {
        text.leaf("Override", &[("PartName", path), ("ContentType", &format!("{main}{kind}+xml"))]);
    };
    part("/xl/workbook.xml", "sheet.main");
    part("/xl/styles.xml", "styles");
    (1..=sheets).for_each(|sheet| part(&format!("/xl/worksheets/sheet{sheet}.xml"), "worksheet"));
    text.close("Types");
    text
}

fn relation(text: &mut Markup, id: &str, kind: &str, target: &str) {
    text.leaf("Relationship", &[("Id", id), ("Type", &format!("{OFFICE}/{kind}")), ("Target", target)]);
}

fn root() -> Markup {
    let mut text = begun();
    text.open("Relationships", &[("xmlns", &format!("{OPC}relationships"))]);
    relation(&mut text, "rId1", "officeDocument", "xl/workbook.xml");
    text.close("Relationships");
    text
}

fn relations(sheets: usize) -> Markup {
    let mut text = begun();
    text.open("Relationships", &[("xmlns", &format!("{OPC}relationships"))]);
    for sheet in 1..=sheets {
        relation(&mut text, &format!("rId{sheet}"), "worksheet", &format!("worksheets/sheet{sheet}.xml"));
    }
    relation(&mut text, &format!("rId{}", sheets + 1), "styles", "styles.xml");
    text.close("Relationships");
    text
}

fn workbook(names: &[String]) -> Markup {
    let mut text = begun();
    text.open("workbook", &[("xmlns", SHEETS), ("xmlns:r", OFFICE)]);
    text.open("sheets", &[]);
    for (name, number) in names.iter().zip(1..) {
        let number: usize = number;
        text.leaf("sheet", &[("name", name), ("sheetId", &number.to_string()), ("r:id", &format!("rId{number}"))]);
    }
    text.close("sheets");
    text.close("workbook");
    text
}

fn styles() -> Markup {
    let mut text = begun();
    text.open("styleSheet", &[("xmlns", SHEETS)]);
    text.own(
        "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
         <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
         <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
         <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
         <cellXfs count=\"2\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>\
         <xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/></cellXfs>\
         <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>",
    );
    text.close("styleSheet");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_have_names_that_spreadsheets_take() {
        let sheet = |table: &str, part| Sheet { table: table.to_owned(), part };
        let long = "a".repeat(40);
        let found =
            names(&[sheet("nations", 1), sheet("nations", 2), sheet("a/b", 1), sheet(&long, 1), sheet(&long, 2)]);
        assert_eq!(found[..3], ["nations", "nations (2)", "a_b"]);
        assert!(found[3] != found[4] && found.iter().all(|name| name.chars().count() <= 31), "{found:?}");
    }
}
