//! Ofsted's "Childcare providers and inspections" and its list of childminders.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use enough_geography::postcodes::plain;
use enough_kernel::Places;
use enough_tables::{Column, Encoding, Reject, Rejects, Row, Spec, TableError, read_rows};

use super::judgements::Columns;
use crate::settings::{Kind, Location, PlacesAre, Register, Sector, Setting};

/// Reads the register: every active provider with its places.
///
/// # Errors
/// [`TableError`] when the file cannot be read or is another kind of file.
pub fn read_ofsted(path: &Path, rejects: &mut Rejects) -> Result<Vec<Setting>, TableError> {
    let mut columns = vec![
        Column::needed(&["provider_urn", "Provider URN"]),
        Column::needed(&["provider_type", "Provider type"]),
        Column::needed(&["provider_subtype", "Provider subtype", "Provider sub type"]),
        Column::needed(&["places", "Places", "Number of registered places"]),
        Column::needed(&["local_authority", "Local authority", "Provider local authority"]),
        Column::needed(&["postcode", "Provider postcode"]),
        Column::optional(&["provider_status", "Provider status"], "providers that have closed count as open"),
        Column::optional(
            &["provider_name", "Provider name"],
            "settings have no names, and holiday clubs are counted as out-of-school clubs",
        ),
        Column::needed(&[
            "early_years_register",
            "Provider Early Years Register Flag",
            "Early Years Register",
        ]),
        Column::optional(
            &[
                "compulsory_childcare_register",
                "Provider Compulsory Childcare Register Flag",
                "Compulsory Childcare Register",
            ],
            "no registered setting has places for children aged 5 to 7",
        ),
        Column::optional(
            &[
                "voluntary_childcare_register",
                "Provider Voluntary Childcare Register Flag",
                "Voluntary Childcare Register",
            ],
            "no registered setting has places for children aged 8 and over",
        ),
        // The register has it since 2019, and not any more since 2026.
        Column::alternative(&["places_incl_estimates", "Places including estimates"]),
    ];
    let judged = Columns::add(&mut columns);
    let what = "Ofsted's register of childcare providers and inspections".to_owned();
    let spec = Spec { what, columns, encoding: Encoding::Windows1252Too };
    let mut settings = Vec::new();
    let mut seen = HashSet::new();
    let read = read_rows(path, &spec, rejects, &mut |row| {
        let urn = row.needed_text(0, "the provider has no reference number")?.into_owned();
        if !(row.text(6).is_empty() || row.text(6).eq_ignore_ascii_case("Active")) {
            return Err(Reject::new("the provider is not active", row.text(6)));
        }
        let wrong = "the number of places is missing, negative or no number";
        let places =
            Places::checked(row.needed_number(3, wrong)?).map_err(|_| Reject::new(wrong, row.text(3)))?;
        // Newly registered providers have 0 places until Ofsted knows them; it publishes an estimate beside the count.
        let estimated =
            row.number(11, wrong)?.and_then(|number| Places::checked(number).ok()).unwrap_or(places);
        let places = if places.get() > 0.0 { places } else { estimated };
        let is_on = |column| {
            let flag = "whether the provider is on a register is neither yes nor no";
            row.flag(column, flag).map(|flag| flag.unwrap_or(false))
        };
        let register = Register { early_years: is_on(8)?, compulsory: is_on(9)?, voluntary: is_on(10)? };
        let name = row.text(7).into_owned();
        let kind = kind(row, &name)?;
        if !seen.insert(urn.clone()) {
            return Err(Reject::new("the reference number was given before; the first is kept", urn));
        }
        settings.push(Setting {
            kind,
            urn,
            name,
            sector: Sector::NotStated,
            register,
            ages: None,
            places,
            places_are: PlacesAre::Registered,
            judgements: judged.read(row),
            postcode: plain(&row.text(5)),
            authority_name: row.text(4).into_owned(),
            location: Location::Somewhere,
            authority: None,
        });
        Ok(())
    })?;
    judged.tell(path, &read, rejects);
    Ok(settings)
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
        if !row.text(2).eq_ignore_ascii_case("Active") {
            return Err(Reject::new("the provider is not active", row.text(2)));
        }
        if row.text(1).eq_ignore_ascii_case("Childminder") {
            *counts.entry(row.text(3).into_owned()).or_insert(0) += 1;
        }
        Ok(())
    })?;
    Ok(counts)
}
