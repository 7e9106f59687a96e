//! Ofsted's "Childcare providers and inspections" and its list of childminders.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use enough_geography::postcodes::plain;
use enough_kernel::Places;
use enough_tables::{Column, Encoding, Reject, Rejects, Row, Spec, TableError, read_rows};

use crate::settings::{Kind, Location, Quality, Register, Sector, Setting};

/// Reads the register: every active provider with its places.
///
/// # Errors
/// [`TableError`] when the file cannot be read or is another kind of file.
pub fn read_ofsted(path: &Path, rejects: &mut Rejects) -> Result<Vec<Setting>, TableError> {
    let spec = Spec {
        what: "Ofsted's register of childcare providers and inspections".to_owned(),
        columns: vec![
            Column::needed(&["provider_urn", "Provider URN"]),
            Column::needed(&["provider_type", "Provider type"]),
            Column::needed(&["provider_subtype", "Provider subtype", "Provider sub type"]),
            Column::needed(&["places", "Places", "Number of registered places"]),
            Column::needed(&["local_authority", "Local authority", "Provider local authority"]),
            Column::needed(&["postcode", "Provider postcode"]),
            Column::optional(&["provider_status", "Provider status"]),
            Column::optional(&["provider_name", "Provider name"]),
            Column::needed(&[
                "early_years_register",
                "Provider Early Years Register Flag",
                "Early Years Register",
            ]),
            Column::optional(&[
                "compulsory_childcare_register",
                "Provider Compulsory Childcare Register Flag",
                "Compulsory Childcare Register",
            ]),
            Column::optional(&[
                "voluntary_childcare_register",
                "Provider Voluntary Childcare Register Flag",
                "Voluntary Childcare Register",
            ]),
            Column::optional(&["overall_effectiveness", "Most recent full: Overall effectiveness"]),
            Column::optional(&["inspection_date", "Most recent full: Inspection date"]),
            Column::optional(&["places_incl_estimates", "Places including estimates"]),
        ],
        encoding: Encoding::Windows1252Too,
    };
    let mut settings = Vec::new();
    let mut seen = HashSet::new();
    read_rows(path, &spec, rejects, &mut |row| {
        let urn = row.needed_text(0, "the provider has no reference number")?.into_owned();
        if !matches!(&*row.text(6), "" | "Active") {
            return Err(Reject::new("the provider is not active", row.text(6)));
        }
        let wrong = "the number of places is missing, negative or no number";
        let places =
            Places::checked(row.needed_number(3, wrong)?).map_err(|_| Reject::new(wrong, row.text(3)))?;
        // Newly registered providers have 0 places until Ofsted knows them; it publishes an estimate beside the count.
        let estimated =
            row.number(13, wrong)?.and_then(|number| Places::checked(number).ok()).unwrap_or(places);
        let places = if places.get() > 0.0 { places } else { estimated };
        if !seen.insert(urn.clone()) {
            return Err(Reject::new("the reference number was given before; the first is kept", urn));
        }
        let name = row.text(7).into_owned();
        settings.push(Setting {
            kind: kind(row, &name)?,
            urn,
            name,
            sector: Sector::NotStated,
            register: Register { early_years: yes(row, 8), compulsory: yes(row, 9), voluntary: yes(row, 10) },
            ages: None,
            places,
            quality: quality(&row.text(11)),
            inspected: Some(row.text(12).into_owned()).filter(|date| !date.is_empty()),
            postcode: plain(&row.text(5)),
            authority_name: row.text(4).into_owned(),
            location: Location::Somewhere,
            authority: None,
        });
        Ok(())
    })?;
    Ok(settings)
}

fn yes(row: &Row<'_>, column: usize) -> bool {
    matches!(&*row.text(column), "Y" | "y" | "Yes" | "YES")
}

fn kind(row: &Row<'_>, name: &str) -> Result<Kind, Reject> {
    let (main, sub) = (row.text(1).to_lowercase(), row.text(2).to_lowercase());
    Ok(match (main.as_str(), sub.as_str()) {
        ("childminder" | "childminder without domestic premises", _) => Kind::Childminder,
        ("home childcarer", _) => Kind::HomeChildcarer,
        ("childcare on domestic premises", _) => Kind::DomesticPremises,
        // The register knows no holiday clubs; their names do.
        ("childcare on non-domestic premises", "out-of-school day care")
            if name.to_lowercase().contains("holiday") =>
        {
            Kind::HolidayClub
        }
        ("childcare on non-domestic premises", "out-of-school day care") => Kind::OutOfSchool,
        ("childcare on non-domestic premises", "full day care") => Kind::DayNursery,
        ("childcare on non-domestic premises", "sessional day care") => Kind::Playgroup,
        ("childcare on non-domestic premises", _) => Kind::NotStated,
        _ => return Err(Reject::new("the provider type is not known", row.text(1))),
    })
}

fn quality(text: &str) -> Option<Quality> {
    match text.to_lowercase().as_str() {
        "1" | "outstanding" => Some(Quality::Outstanding),
        "2" | "good" => Some(Quality::Good),
        "3" | "requires improvement" => Some(Quality::RequiresImprovement),
        "4" | "inadequate" => Some(Quality::Inadequate),
        _ => None,
    }
}

/// Reads the newer list of childminders, which has no places: how many are active, by the name of their authority.
///
/// # Errors
/// [`TableError`] when the file cannot be read or is another kind of file.
pub fn read_childminders(path: &Path, rejects: &mut Rejects) -> Result<BTreeMap<String, usize>, TableError> {
    let spec = Spec {
        what: "Ofsted's list of childminders".to_owned(),
        columns: vec![
            Column::needed(&["provider_urn", "Provider URN"]),
            Column::needed(&["provider_type", "Provider type"]),
            Column::needed(&["provider_status", "Provider status"]),
            Column::needed(&["local_authority", "Local authority", "Provider local authority"]),
        ],
        encoding: Encoding::Windows1252Too,
    };
    let mut counts = BTreeMap::new();
    read_rows(path, &spec, rejects, &mut |row| {
        if &*row.text(2) != "Active" {
            return Err(Reject::new("the provider is not active", row.text(2)));
        }
        if row.text(1) == "Childminder" {
            *counts.entry(row.text(3).into_owned()).or_insert(0) += 1;
        }
        Ok(())
    })?;
    Ok(counts)
}
