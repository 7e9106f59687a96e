//! The published tables the command knows, and the names their files have.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};

use super::date_of;

/// A kind of published table.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Short name, for code and `--file`.
    pub name: &'static str,
    /// What it is, for people.
    pub what: &'static str,
    /// How its files' names begin, lower case, the preferred first.
    pub prefixes: &'static [&'static str],
    /// Whether the newest counts, whatever its name: a register or an estimate of a later day is brought to be used.
    pub newest: bool,
}

/// All kinds. Official names first seen on the publishers' pages, then those of the shared open-data folder.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "ofsted",
        what: "Ofsted register of childcare providers",
        prefixes: &[
            "providers_england",
            "management_information_-_childcare_providers",
            "childcare_providers_and_inspections",
        ],
        newest: true,
    },
    Kind {
        name: "childminders",
        what: "newer list of childminders",
        prefixes: &["childminders_england", "childminder"],
        newest: true,
    },
    Kind {
        name: "primary-schools",
        what: "list of schools with their ages (GIAS)",
        prefixes: &["primary_schools_open", "edubasealldata"],
        newest: true,
    },
    Kind {
        name: "schools",
        what: "list of all schools (GIAS)",
        prefixes: &["schools_england", "edubasealldata"],
        newest: true,
    },
    Kind {
        name: "lsoa-ages",
        what: "population by single year of age and LSOA",
        prefixes: &["children_lsoa11", "population_lsoa11", "sape"],
        newest: true,
    },
    Kind {
        name: "authority-ages",
        what: "population by single year of age and local authority",
        prefixes: &["population_lad", "mye"],
        newest: true,
    },
    Kind {
        name: "census",
        what: "Census 2021 age bands by LSOA",
        prefixes: &["census2021_lsoa21_age", "census2021-ts007", "ts007"],
        newest: false,
    },
    Kind {
        name: "check-ages",
        what: "newer population by LSOA, to check the fit against",
        prefixes: &["trafford_lsoa_mid"],
        newest: false,
    },
    Kind {
        name: "deprivation",
        what: "Indices of Deprivation by LSOA (2021)",
        prefixes: &["iod2025_lsoa21", "file_7_iod2025"],
        newest: false,
    },
    Kind {
        name: "cars",
        what: "households by number of cars or vans (Census 2021, TS045)",
        prefixes: &["car_van_availability", "census2021-ts045", "ts045"],
        newest: false,
    },
    Kind {
        name: "postcodes",
        what: "ONS Postcode Directory",
        prefixes: &["postcodes_england", "onspd"],
        newest: true,
    },
    Kind {
        name: "lsoa-changes",
        what: "lookup from LSOA (2011) to LSOA (2021)",
        prefixes: &["lookup_lsoa11_lsoa21", "lsoa11_lsoa21", "lsoa_(2011)_to_lsoa_(2021)"],
        newest: false,
    },
    Kind {
        name: "output-areas",
        what: "lookup from output area to LSOA and MSOA",
        prefixes: &["lookup_oa21_lsoa21_msoa21_lad_pcon", "oa21_lsoa21_msoa21", "output_area_(2021)_to"],
        newest: false,
    },
    Kind {
        name: "wards",
        what: "lookup from LSOA to ward",
        prefixes: &["lookup_lsoa21_ward", "lsoa21_wd", "lsoa_(2021)_to"],
        newest: false,
    },
    Kind {
        name: "authorities",
        what: "list of local authorities and counties",
        prefixes: &["la_all_codes"],
        newest: false,
    },
    Kind {
        name: "points",
        what: "points (centroids) of LSOAs",
        prefixes: &["lsoa21_centroid", "lsoa_dec_2021_pwc", "lsoa_pwc"],
        newest: false,
    },
    Kind {
        name: "boundaries",
        what: "boundaries of LSOAs",
        prefixes: &["lsoa21_bgc", "lsoa21_bsc", "lower_layer_super_output_areas"],
        newest: false,
    },
];

/// How the names of files end that can be read.
pub const ENDINGS: [&str; 8] =
    [".parquet", ".csv.gz", ".csv", ".xlsx", ".ods", ".geojson.gz", ".geojson", ".json"];

impl Kind {
    /// The files of this kind, best first: where the newest counts, by date; then by preferred name, the newest by name, and format.
    pub fn choose(&self, all: &[PathBuf]) -> Vec<PathBuf> {
        let mut found: Vec<_> = all
            .iter()
            .filter_map(|path| {
                let (stem, format) = stem(path)?;
                let prefix = self.prefixes.iter().position(|prefix| stem.starts_with(prefix))?;
                let date = date_of(path).map(|date| date.trim_start_matches("mid-").to_owned());
                let date = Reverse(date.filter(|_| self.newest));
                Some((date, prefix, Reverse(stem), format, path))
            })
            .collect();
        found.sort();
        found.into_iter().map(|(.., path)| path.clone()).collect()
    }
}

fn stem(path: &Path) -> Option<(String, usize)> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    ENDINGS
        .iter()
        .enumerate()
        .find_map(|(format, ending)| Some((name.strip_suffix(ending)?.to_owned(), format)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(name: &str, files: &[&str]) -> Option<String> {
        let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
        let kind = KINDS.iter().find(|kind| kind.name == name).unwrap();
        kind.choose(&files).first().map(|path| path.to_string_lossy().into_owned())
    }

    #[test]
    fn the_newest_of_several_years_is_taken() {
        let years = ["a/children_lsoa11_mid2017_england.csv.gz", "a/children_lsoa11_mid2020_england.csv.gz"];
        assert_eq!(best("lsoa-ages", &years).as_deref(), Some(years[1]));
    }

    #[test]
    fn a_newer_register_under_its_publishers_name_is_taken() {
        let of = |date: &str| {
            format!(
                "b/Management_information_-_childcare_providers_and_inspections_-_childcare_provider_data_as_at_{date}.csv"
            )
        };
        let (old, new) = (of("31_December_2025"), of("30_June_2026"));
        let files = ["ofsted_childcare_2021-08-31/providers_england.parquet", &old, &new];
        assert_eq!(best("ofsted", &files).as_deref(), Some(new.as_str()));
        let ages = ["a/children_lsoa11_mid2020_england.csv.gz", "a/sapelsoasyoa20222024.xlsx"];
        assert_eq!(best("lsoa-ages", &ages).as_deref(), Some(ages[1]));
        // Which boundaries are the best has nothing to do with their date.
        let shapes =
            ["a/lower_layer_super_output_areas_december_2021_bsc.geojson", "a/lsoa21_bgc.geojson.gz"];
        assert_eq!(best("boundaries", &shapes).as_deref(), Some(shapes[1]));
    }

    #[test]
    fn a_list_of_counties_is_not_taken_for_one_of_authorities() {
        assert_eq!(
            best("authorities", &["g/utla_all_codes.csv.gz", "g/la_all_codes.csv.gz"]).as_deref(),
            Some("g/la_all_codes.csv.gz")
        );
    }

    #[test]
    fn parquet_is_preferred_where_both_are_there() {
        let both = ["o/providers_england.csv.gz", "o/providers_england.parquet"];
        assert_eq!(best("ofsted", &both).as_deref(), Some(both[1]));
    }
}
