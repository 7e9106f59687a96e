//! The town: its areas, their nesting, boundaries and children.

use std::io;
use std::path::Path;

use enough_geography::GridPoint;
use serde_json::json;

use crate::random::Random;
use crate::{AUTHORITY, table, words};

const NEIGHBOUR: &str = "E06999002";
const AUTHORITIES: [(&str, &str); 2] =
    [(AUTHORITY, "Brindleford (made up)"), (NEIGHBOUR, "Netherby (made up)")];
const WARDS: [&str; 16] = [
    "Canal Side",
    "Bridge End",
    "Mill Hill",
    "St Aidan",
    "Weavers",
    "Old Market",
    "Priory",
    "Lower Fold",
    "Upper Fold",
    "Larkfield",
    "Quarry Bank",
    "Station",
    "Thornley",
    "Ash Grove",
    "Netherby Green",
    "Netherby Moor",
];
/// South-west corner of the town on the grid.
pub const CORNER: GridPoint = GridPoint { easting: 396_000.0, northing: 276_000.0 };
/// Columns and rows of areas, and the side of each in metres.
pub const COLUMNS: usize = 12;
pub const ROWS: usize = 10;
pub const SIDE: f64 = 620.0;

/// A made-up LSOA.
pub struct Area {
    pub code: String,
    pub old_code: String,
    pub ward: usize,
    pub authority: usize,
    pub column: usize,
    pub row: usize,
    /// 0 to 1: how deprived.
    pub deprived: f64,
    /// Children by single year 0 to 18, mid-2020.
    pub children: [u32; 19],
    /// Children aged 0 to 15 in the census.
    pub census: u32,
}

pub struct Town {
    pub areas: Vec<Area>,
}

impl Area {
    pub fn point(&self, across: f64, up: f64) -> GridPoint {
        GridPoint {
            easting: CORNER.easting + (self.column as f64 + across) * SIDE,
            northing: CORNER.northing + (self.row as f64 + up) * SIDE,
        }
    }

    pub fn authority_name(&self) -> &'static str {
        AUTHORITIES[self.authority].1
    }

    pub fn authority_code(&self) -> &'static str {
        AUTHORITIES[self.authority].0
    }
}

impl Town {
    pub fn build(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut areas = Vec::new();
        for row in 0..ROWS {
            for column in 0..COLUMNS {
                let number = areas.len() + 1;
                let authority = usize::from(column >= 10);
                let (ward_column, ward_row) =
                    if authority == 0 { (column * 4 / 10, row * 4 / 10) } else { (0, row / 5) };
                let ward = if authority == 0 { (ward_row * 4 + ward_column).min(13) } else { 14 + ward_row };
                // The east by the canal is poorer and younger.
                let deprived = (0.15 + 0.07 * column as f64 + random.between(-0.15, 0.15)).clamp(0.0, 1.0);
                let size = random.between(9.0, 17.0) * (0.8 + 0.6 * deprived);
                let children = std::array::from_fn(|age| {
                    (size * random.between(0.75, 1.25) * (1.05 - 0.012 * age as f64)).round() as u32
                });
                let census =
                    (children[..16].iter().sum::<u32>() as f64 * random.between(0.94, 1.08)).round() as u32;
                areas.push(Area {
                    code: format!("E01{:06}", 999_000 + number),
                    // The two areas of one corner were one area in 2011.
                    old_code: format!("E01{:06}", 999_000 + if number == 2 { 1 } else { number }),
                    ward,
                    authority,
                    column,
                    row,
                    deprived,
                    children,
                    census,
                });
            }
        }
        Self { areas }
    }

    pub fn write(&self, folder: &Path) -> io::Result<()> {
        self.write_lookups(folder)?;
        self.write_children(folder)?;
        self.write_boundaries(folder)
    }

    fn msoa(area: &Area) -> String {
        format!("E02{:06}", 999_001 + area.row / 2 * 4 + area.column / 3)
    }

    fn write_lookups(&self, folder: &Path) -> io::Result<()> {
        let headings = words(&["LSOA21CD", "LSOA21NM", "WD24CD", "WD24NM", "LAD24CD", "LAD24NM"]);
        let rows = self.areas.iter().map(|area| {
            let name = format!(
                "{} {:02}{}",
                area.authority_name(),
                area.row + 1,
                char::from(b'A' + area.column as u8)
            );
            let ward = format!("E05{:06}", 999_001 + area.ward);
            [
                area.code.clone(),
                name,
                ward,
                WARDS[area.ward].to_owned(),
                area.authority_code().to_owned(),
                area.authority_name().to_owned(),
            ]
            .to_vec()
        });
        table(&folder.join("LSOA21_WD24_LAD24_EW_LU.csv"), &headings, rows)?;
        let headings =
            words(&["OA21CD", "LSOA21CD", "LSOA21NM", "MSOA21CD", "MSOA21NM", "LAD22CD", "population"]);
        let rows = self.areas.iter().flat_map(|area| {
            (0..4).map(move |part| {
                let code = format!("E00{}{part}", &area.code[4..]);
                let msoa = Self::msoa(area);
                let name = format!("Brindleford district {}", &msoa[7..]);
                vec![
                    code,
                    area.code.clone(),
                    String::new(),
                    msoa,
                    name,
                    area.authority_code().to_owned(),
                    "400".to_owned(),
                ]
            })
        });
        table(&folder.join("OA21_LSOA21_MSOA21_LAD22_EW_LU.csv"), &headings, rows)?;
        let rows = AUTHORITIES.map(|(code, name)| {
            [code, name, code, name, code, name, "E12000005", "West Midlands", "E92000001", "England"]
        });
        let headings = [
            "LADCD",
            "LADNM",
            "LADCD_ACTIVE",
            "LADNM_ACTIVE",
            "UTLACD",
            "UTLANM",
            "RGNCD",
            "RGNNM",
            "CTRYCD",
            "CTRYNM",
        ];
        table(&folder.join("la_all_codes.csv"), headings, rows)?;
        let rows = self.areas.iter().map(|area| {
            let point = area.point(0.5, 0.5);
            vec![area.code.clone(), point.easting.to_string(), point.northing.to_string()]
        });
        table(&folder.join("LSOA_Dec_2021_PWC.csv"), ["LSOA21CD", "x", "y"], rows)?;
        let rows = self.areas.iter().map(|area| {
            let change = if area.old_code == "E01999001" { "S" } else { "U" };
            vec![area.old_code.clone(), area.code.clone(), change.to_owned()]
        });
        table(&folder.join("LSOA11_LSOA21_LAD22_EW_LU.csv"), ["LSOA11CD", "LSOA21CD", "CHGIND"], rows)
    }

    fn write_children(&self, folder: &Path) -> io::Result<()> {
        let ages: Vec<String> = (0..19).map(|age| age.to_string()).collect();
        let with_ages = |first: &str| [vec![first.to_owned()], ages.clone()].concat();
        let mut old: std::collections::BTreeMap<&str, [u32; 19]> = std::collections::BTreeMap::new();
        let mut totals = [[0.0f64; 19]; 2];
        for area in &self.areas {
            let sums = old.entry(&area.old_code).or_insert([0; 19]);
            for (age, children) in area.children.iter().enumerate() {
                sums[age] += children;
                // Fewer births since: the youngest are fewer three years on.
                totals[area.authority][age] += f64::from(*children) * if age < 3 { 0.93 } else { 0.99 };
            }
        }
        let rows = old.iter().map(|(code, ages)| {
            let mut row = vec![(*code).to_owned()];
            row.extend(ages.iter().map(ToString::to_string));
            row
        });
        table(&folder.join("SAPE_mid-2020_persons.csv"), with_ages("LSOA Code"), rows)?;
        // Two years before there were a few more of the young.
        let rows = old.iter().map(|(code, ages)| {
            let mut row = vec![(*code).to_owned()];
            let before =
                |(age, children): (usize, &u32)| if age < 5 { children + children / 12 } else { *children };
            row.extend(ages.iter().enumerate().map(before).map(|children| children.to_string()));
            row
        });
        table(&folder.join("SAPE_mid-2018_persons.csv"), with_ages("LSOA Code"), rows)?;
        let rows = AUTHORITIES.iter().zip(totals).map(|((code, _), totals)| {
            let mut row = vec![(*code).to_owned()];
            row.extend(totals.iter().map(|total| total.round().to_string()));
            row
        });
        table(&folder.join("MYE_2023_persons.csv"), with_ages("Code"), rows)?;
        let rows = self.areas.iter().map(|area| {
            let (young, middle) = (area.census * 5 / 16, area.census * 5 / 16);
            [
                area.code.clone(),
                young.to_string(),
                middle.to_string(),
                (area.census - young - middle).to_string(),
            ]
            .to_vec()
        });
        let headings = [
            "geography code",
            "Age: Aged 4 years and under",
            "Age: Aged 5 to 9 years",
            "Age: Aged 10 to 15 years",
        ];
        table(&folder.join("census2021-ts007b-lsoa.csv"), headings, rows)?;
        let rows = self.areas.iter().map(|area| {
            let decile = (10.0 - area.deprived * 9.99).floor().clamp(1.0, 10.0);
            vec![area.code.clone(), decile.to_string()]
        });
        let headings = [
            "LSOA code (2021)",
            "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)",
        ];
        table(&folder.join("File_7_IoD2025.csv"), headings, rows)
    }

    fn write_boundaries(&self, folder: &Path) -> io::Result<()> {
        let features: Vec<serde_json::Value> = self
            .areas
            .iter()
            .map(|area| {
                let ring: Vec<[f64; 2]> = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
                    .iter()
                    .filter_map(|&(across, up)| {
                        let degrees = area.point(across, up).degrees()?;
                        Some([degrees.longitude, degrees.latitude])
                    })
                    .collect();
                json!({"type": "Feature", "properties": {"LSOA21CD": area.code}, "geometry": {"type": "Polygon", "coordinates": [ring]}})
            })
            .collect();
        let collection = json!({"type": "FeatureCollection", "features": features});
        std::fs::write(folder.join("LSOA21_BGC.geojson"), collection.to_string())
    }
}
