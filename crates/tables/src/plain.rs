//! The engine's own plain tables: `id,need`, `id,capacity` and `id,longitude,latitude`. Strict: a wrong line ends the reading, because a figure made
//! from half a table is a wrong figure.

use std::path::Path;

use enough_kernel::{LonLat, MOST};

use crate::{Column, Encoding, Index, Reject, Rejects, Row, Spec, TableError, read_rows};

/// Beyond these a quantity is a mistake, and sums of it with others would lose the others.
const LEAST: f64 = 1e-9;

/// A table of one quantity by id, in ascending order of id, so that the order of the file changes nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Quantities {
    /// The ids, ascending, each once.
    pub ids: Vec<String>,
    /// The quantity of each id: finite, zero or more.
    pub values: Vec<f64>,
}

impl Quantities {
    /// Finds ids fast.
    pub fn index(&self) -> Index {
        Index::new(&self.ids)
    }
}

/// Reads a table with the columns `id` and `quantity` (`need` or `capacity`), from CSV, gzip, XLSX, ODS or Parquet.
///
/// # Errors
/// [`TableError`] naming the first line with an empty or repeated id, or with a quantity that is negative or no number.
pub fn read_quantities(path: &Path, quantity: &'static str) -> Result<Quantities, TableError> {
    let spec = Spec {
        what: format!("a table with the headings id,{quantity}"),
        columns: vec![Column::needed(&["id"]), Column::needed(&[quantity])],
        encoding: Encoding::Utf8,
    };
    let rows = strict_rows(
        path,
        &spec,
        |reason| reason.replace("quantity", quantity),
        |row| {
            let id = row.needed_text(0, "the id is empty")?.into_owned();
            let value = row.needed_number(1, "the quantity is not a number")?;
            if value < 0.0 {
                return Err(Reject::new("the quantity is negative", value.to_string()));
            }
            if value != 0.0 && !(LEAST..=MOST).contains(&value) {
                let reason = "the quantity is not 0 and not between 1e-9 and 1e15, so it is no count of children or places";
                return Err(Reject::new(reason, value.to_string()));
            }
            Ok((id, value + 0.0))
        },
    )?;
    let (ids, values) = rows.into_iter().unzip();
    Ok(Quantities { ids, values })
}

/// Points by id, in ascending order of id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Points {
    /// The ids, ascending, each once.
    pub ids: Vec<String>,
    /// Where each is.
    pub at: Vec<LonLat>,
}

/// Reads a table with the columns `id`, `longitude` and `latitude` in degrees, from CSV, gzip, XLSX, ODS or Parquet.
///
/// # Errors
/// [`TableError`] naming the first line with an empty or repeated id, or with numbers that are no point on the earth.
pub fn read_points(path: &Path) -> Result<Points, TableError> {
    let spec = Spec {
        what: "a table with the headings id,longitude,latitude".to_owned(),
        columns: vec![
            Column::needed(&["id"]),
            Column::needed(&["longitude", "lon", "lng"]),
            Column::needed(&["latitude", "lat"]),
        ],
        encoding: Encoding::Utf8,
    };
    let wrong = "the longitude or latitude is not a number of degrees";
    let rows = strict_rows(path, &spec, str::to_owned, |row| {
        let id = row.needed_text(0, "the id is empty")?.into_owned();
        let at = LonLat { longitude: row.needed_number(1, wrong)?, latitude: row.needed_number(2, wrong)? };
        if !at.is_on_earth() {
            return Err(Reject::new(wrong, format!("{}, {}", at.longitude, at.latitude)));
        }
        Ok((id, at))
    })?;
    let (ids, at) = rows.into_iter().unzip();
    Ok(Points { ids, at })
}

/// Rows by id, each id once, ascending; the first wrong row ends the reading.
fn strict_rows<T>(
    path: &Path,
    spec: &Spec,
    word: impl Fn(&str) -> String,
    mut each: impl FnMut(&Row<'_>) -> Result<(String, T), Reject>,
) -> Result<Vec<(String, T)>, TableError> {
    let mut rejects = Rejects::default();
    let mut rows: Vec<(String, T, u64)> = Vec::new();
    read_rows(path, spec, &mut rejects, &mut |row| {
        let (id, value) = each(row)?;
        rows.push((id, value, row.line));
        Ok(())
    })?;
    if let Some(first) = rejects.rows().first() {
        let problem = format!("{}: '{}'", word(first.reject.reason), first.reject.value);
        return Err(TableError::Row { path: path.to_owned(), line: first.line, problem });
    }
    rows.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.2.cmp(&b.2)));
    if let Some(two) = rows.windows(2).find(|two| two[0].0 == two[1].0) {
        let problem = format!("the id '{}' is given again; it stands on line {} already", two[1].0, two[0].2);
        return Err(TableError::Row { path: path.to_owned(), line: two[1].2, problem });
    }
    Ok(rows.into_iter().map(|(id, value, _)| (id, value)).collect())
}
