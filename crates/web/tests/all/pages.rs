//! Long lists come in pages.

use crate::house::House;
use enough_store::accounts::Role;
use enough_store::testing::Empty;

#[tokio::test]
async fn a_long_list_has_pages_and_each_row_is_on_one_of_them() {
    let house = House::new(Empty::sqlite(), true).await;
    let ann = house.signed_in(&[Role::Commissioner]).await;
    for number in 0..130 {
        house.send("POST", "/intentions/new", Some(&ann), &format!("title=Plan+{number}.")).await;
    }
    let get = async |path: &str| house.send("GET", path, Some(&ann), "").await.body;
    let rows = |page: &str| {
        (0..130).filter(|number| page.contains(&format!(">Plan {number}.<"))).collect::<Vec<_>>()
    };
    let link = |page: &str, rel: &str| {
        let before =
            page.split(&format!("\" rel=\"{rel}\"")).next().filter(|part| part.len() < page.len())?;
        Some(before.rsplit("href=\"").next().unwrap().replace("&#38;", "&"))
    };
    let first = get("/intentions").await;
    assert!(first.contains("1 to 100 of 130"), "{first}");
    assert_eq!((rows(&first).len(), link(&first, "prev")), (100, None));
    let second = get(&link(&first, "next").unwrap()).await;
    assert!(second.contains("101 to 130 of 130"));
    let mut all = [rows(&first), rows(&second)].concat();
    all.sort_unstable();
    assert_eq!(all, (0..130).collect::<Vec<_>>());
    assert_eq!(rows(&get(&link(&second, "prev").unwrap()).await), rows(&first));
    // An address that somebody typed leads to rows all the same, and says what else it said.
    let last = get("/intentions?x=a%26b&from=99999").await;
    assert!(
        last.contains("130 to 130 of 130") && link(&last, "prev").unwrap().contains("x=a%26b&from=29"),
        "{last}"
    );
    assert!(get("/intentions?from=-1").await.contains("1 to 100 of 130"));
    assert!(!get("/events").await.contains("govuk-pagination"));
}
