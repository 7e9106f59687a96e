//! Rows of every format: the same ones, and never more than may be built.

use std::path::Path;

use crate::headings::{Column, Encoding, Spec, plain};
use crate::sheet::read_within;
use crate::{Budget, Rejects, TableError};

#[test]
fn headings_match_whatever_their_case_and_punctuation() {
    assert_eq!(plain("Provider URN"), "provider_urn");
    assert_eq!(plain(" LSOA code (2021) "), "lsoa_code_2021");
    assert_eq!(
        plain("Age: Aged 4 years and under; measures: Value"),
        "age_aged_4_years_and_under_measures_value"
    );
}

/// A file of parts in an archive.
fn archive(path: &Path, parts: &[(&str, String)]) {
    let mut archive = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    for (name, text) in parts {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut archive, text.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
}

/// A cell with a text of its own.
fn inline(at: &str, text: &str) -> String {
    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

fn xlsx(path: &Path, rows: &str) {
    xlsx_with(path, rows, &[]);
}

fn xlsx_with(path: &Path, rows: &str, more: &[(&str, String)]) {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    let of = "http://schemas.openxmlformats.org";
    let mut parts = vec![
        ("[Content_Types].xml", format!("{head}<Types xmlns=\"{of}/package/2006/content-types\"/>")),
        (
            "_rels/.rels",
            format!(
                "{head}<Relationships xmlns=\"{of}/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{of}/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "{head}<workbook xmlns=\"{of}/spreadsheetml/2006/main\" xmlns:r=\"{of}/officeDocument/2006/relationships\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "{head}<Relationships xmlns=\"{of}/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{of}/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                "{head}<worksheet xmlns=\"{of}/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
            ),
        ),
    ];
    parts.extend_from_slice(more);
    archive(path, &parts);
}

fn ods(path: &Path, rows: &str) {
    let of = "urn:oasis:names:tc:opendocument:xmlns";
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content xmlns:office=\"{of}:office:1.0\" xmlns:table=\"{of}:table:1.0\" xmlns:text=\"{of}:text:1.0\"><office:body><office:spreadsheet><table:table table:name=\"A\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    archive(
        path,
        &[
            (
                "META-INF/manifest.xml",
                format!("<?xml version=\"1.0\"?><manifest:manifest xmlns:manifest=\"{of}:manifest:1.0\"/>"),
            ),
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet".to_owned()),
            ("content.xml", content),
        ],
    );
}

fn parquet(path: &Path, rows: usize) {
    let ids = arrow_array::StringArray::from(vec!["a long word that is there once"; rows]);
    let schema =
        arrow_schema::Schema::new(vec![arrow_schema::Field::new("id", arrow_schema::DataType::Utf8, false)]);
    let batch =
        arrow_array::RecordBatch::try_new(schema.clone().into(), vec![std::sync::Arc::new(ids)]).unwrap();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(std::fs::File::create(path).unwrap(), schema.into(), None)
            .unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn words(path: &Path, most: u64) -> Result<Vec<(u64, String)>, TableError> {
    let spec =
        Spec { what: "words".to_owned(), columns: vec![Column::needed(&["id"])], encoding: Encoding::Utf8 };
    let mut all = Vec::new();
    read_within(path, &spec, Budget::new(most), &mut Rejects::default(), &mut |row| {
        all.push((row.line, row.text(0).into_owned()));
        Ok(())
    })?;
    Ok(all)
}

#[test]
fn what_stands_for_more_than_may_be_built_is_refused_whatever_its_format() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    // A thousand rows of a word each: as text, one after the other, repeated, and named again and again.
    let word = "a long word that is there once";
    std::fs::write(at("a.csv"), format!("id\n{}", format!("{word}\n").repeat(1000))).unwrap();
    let rows = (2..1002)
        .map(|row| format!("<row r=\"{row}\">{}</row>", inline(&format!("A{row}"), word)))
        .collect::<Vec<_>>()
        .concat();
    xlsx(&at("a.xlsx"), &format!("<row r=\"1\">{}</row>{rows}", inline("A1", "id")));
    let text = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    ods(
        &at("a.ods"),
        &format!(
            "<table:table-row>{}</table:table-row><table:table-row table:number-rows-repeated=\"1000\">{}</table:table-row><table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell table:number-columns-repeated=\"16000\"/></table:table-row>",
            text("id"),
            text(word)
        ),
    );
    parquet(&at("a.parquet"), 1000);
    for name in ["a.csv", "a.xlsx", "a.ods", "a.parquet"] {
        let all = words(&at(name), 200_000).unwrap();
        assert_eq!((all.len(), all[999].1.as_str()), (1000, word), "{name}");
        let refusal = words(&at(name), 20_000).unwrap_err();
        assert!(matches!(refusal, TableError::TooMuch { .. }), "{name}: {refusal}");
    }
    // One cell at the far corner of a sheet takes no room where rows are read one by one, and is counted where they are not.
    xlsx(
        &at("b.xlsx"),
        &format!(
            "<row r=\"1\">{}</row><row r=\"1000000\">{}</row>",
            inline("A1", "id"),
            inline("A1000000", "far")
        ),
    );
    assert_eq!(words(&at("b.xlsx"), 20_000).unwrap(), [(1_000_000, "far".to_owned())]);
    ods(
        &at("b.ods"),
        &format!(
            "<table:table-row>{}</table:table-row><table:table-row table:number-rows-repeated=\"1000000\"/><table:table-row>{}</table:table-row>",
            text("id"),
            text("far")
        ),
    );
    assert!(matches!(words(&at("b.ods"), 20_000), Err(TableError::TooMuch { .. })));
    // Words that cells share are kept as a whole, however few cells there are.
    let words_of =
        |count: usize| ("xl/sharedStrings.xml", format!("<sst>{}</sst>", "<si><t/></si>".repeat(count)));
    xlsx_with(
        &at("d.xlsx"),
        &format!("<row r=\"1\">{}</row><row r=\"2\">{}</row>", inline("A1", "id"), inline("A2", "a")),
        &[words_of(2000)],
    );
    assert!(matches!(words(&at("d.xlsx"), 20_000), Err(TableError::TooMuch { .. })));
    assert_eq!(words(&at("d.xlsx"), 200_000).unwrap().len(), 1);
    // Rows in another order than that of the sheet are told, and not taken for others.
    xlsx(
        &at("c.xlsx"),
        &format!(
            "<row r=\"1\">{}</row><row r=\"3\">{}</row><row r=\"2\">{}</row>",
            inline("A1", "id"),
            inline("A3", "b"),
            inline("A2", "a")
        ),
    );
    assert!(words(&at("c.xlsx"), 20_000).unwrap_err().to_string().contains("row 2 comes after row 3"));
}

/// Everything that is read of a file: its rows as text, and what is told of it.
fn all(
    path: &Path,
    columns: Vec<Column>,
) -> (Vec<Vec<String>>, Vec<String>, Result<crate::Read, TableError>) {
    let spec = Spec { what: "a table".to_owned(), columns, encoding: Encoding::Windows1252Too };
    let (mut rows, mut rejects) = (Vec::new(), Rejects::default());
    let read = crate::read_rows(path, &spec, &mut rejects, &mut |row| {
        rows.push((0..row.cells.len()).map(|at| row.text(at).into_owned()).collect());
        Ok(())
    });
    (rows, rejects.told().map(|(_, what)| what.to_owned()).collect(), read)
}

#[test]
fn a_column_that_is_gone_is_told_and_rows_of_commas_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    std::fs::write(&file, "A title,,\nid,Name,Extra\n1,x,2\n,,\n , ,\n2,y,3\n").unwrap();
    let columns = || {
        vec![
            Column::needed(&["id"]),
            Column::optional(&["status"], "closed ones count as open"),
            Column::alternative(&["name"]),
            Column::alternative(&["title"]),
        ]
    };
    let (rows, told, read) = all(&file, columns());
    assert_eq!(rows, [["1", "", "x", ""], ["2", "", "y", ""]]);
    assert_eq!(told, ["it has no column 'status': closed ones count as open"]);
    let read = read.unwrap();
    assert_eq!([0, 1, 2, 3].map(|column| read.has(column)), [true, false, true, false]);
    assert_eq!(read.unused().collect::<Vec<_>>(), ["Extra"]);
    // The message shows what looks most like headings, and not the title.
    std::fs::write(&file, "\"A title\"\n\n\"Units\",\"Persons\"\nkey,Name,Extra\n1,x,2\n").unwrap();
    let why = all(&file, columns()).2.unwrap_err().to_string();
    assert!(why.ends_with("its headings are: key, Name, Extra"), "{why}");
}

#[test]
fn flags_and_days_are_read_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    let spec = Spec {
        what: "a table".to_owned(),
        columns: vec![Column::needed(&["flag"]), Column::needed(&["day"])],
        encoding: Encoding::Utf8,
    };
    std::fs::write(
        &file,
        "flag,day\nY,2026-06-30\nTRUE,30/06/2026\n1,46203\nn,-\nFalse,REDACTED\n0,NULL\nmaybe,\nY,soon\n",
    )
    .unwrap();
    let (mut rows, mut rejects) = (Vec::new(), Rejects::default());
    crate::read_rows(&file, &spec, &mut rejects, &mut |row| {
        rows.push((row.flag(0, "no flag")?, row.day(1, "no day")?.map(|day| day.to_string())));
        Ok(())
    })
    .unwrap();
    let day = || Some("2026-06-30".to_owned());
    let (yes, no) = (Some(true), Some(false));
    assert_eq!(rows, [(yes, day()), (yes, day()), (yes, day()), (no, None), (no, None), (no, None)]);
    let refused: Vec<_> =
        rejects.rows().iter().map(|row| (row.reject.reason, row.reject.value.as_str())).collect();
    assert_eq!(refused, [("no flag", "maybe"), ("no day", "soon")]);
}

#[test]
fn cells_with_days_times_and_yes_or_no_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.xlsx");
    let styles = format!(
        "<?xml version=\"1.0\"?><styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cellXfs count=\"3\">{}{}{}</cellXfs></styleSheet>",
        "<xf numFmtId=\"0\"/>", "<xf numFmtId=\"14\"/>", "<xf numFmtId=\"20\"/>"
    );
    let cell = |at: &str, rest: &str| format!("<c r=\"{at}\"{rest}</c>");
    let rows = format!(
        "<row r=\"1\">{}{}{}</row><row r=\"2\">{}{}{}</row>",
        inline("A1", "day"),
        inline("B1", "time"),
        inline("C1", "flag"),
        cell("A2", " s=\"1\"><v>43599</v>"),
        cell("B2", " s=\"2\"><v>0.3958333333</v>"),
        cell("C2", " t=\"b\"><v>1</v>")
    );
    xlsx_with(&file, &rows, &[("xl/styles.xml", styles)]);
    let columns = ["day", "time", "flag"].map(|name| Column::needed(&[name])).to_vec();
    assert_eq!(all(&file, columns).0, [["2019-05-14", "09:30:00", "true"]]);
}

#[test]
fn of_several_years_in_one_workbook_the_newest_is_read_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.ods");
    let row = |text: &str| {
        format!(
            "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell></table:table-row>"
        )
    };
    let sheet = |name: &str, text: &str| {
        format!("</table:table><table:table table:name=\"{name}\">{}{}", row("id"), row(text))
    };
    let sheets =
        ["Mid-2022 LSOA 2021", "Mid-2024 LSOA 2021", "Mid-2023 LSOA 2021"].map(|name| sheet(name, name));
    ods(&file, &format!("{}{}", row("Notes"), sheets.concat()));
    let (rows, told, read) = all(&file, vec![Column::needed(&["id"])]);
    assert_eq!(rows, [["Mid-2024 LSOA 2021"]]);
    assert_eq!(read.unwrap().sheet(), Some("Mid-2024 LSOA 2021"));
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("'Mid-2022 LSOA 2021', 'Mid-2023 LSOA 2021'"), "{told:?}");
}
