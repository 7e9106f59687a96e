//! Amounts of money as people write them: whole pence, exactly.

/// Pence of an amount in pounds, such as `£12,500.50`.
///
/// # Errors
/// When it is no amount, has more than two digits after the point, or is larger than ten billion pounds.
///
/// ```
/// use enough_commissioning::money::pence;
/// assert_eq!(pence("£12,500.5"), Ok(1_250_050));
/// assert_eq!(pence("60 000"), Ok(6_000_000));
/// assert!(pence("12.345").is_err() && pence("-5").is_err() && pence("many").is_err());
/// ```
pub fn pence(text: &str) -> Result<i64, String> {
    let plain: String =
        text.trim().trim_start_matches('£').chars().filter(|c| !matches!(c, ',' | ' ')).collect();
    let wrong = || format!("{text:?} is no amount of pounds; write it as 12,500 or 12500.50");
    let (pounds, rest) = plain.split_once('.').unwrap_or((&plain, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    if !are_digits(pounds) || !are_digits(rest) || rest.len() > 2 || pounds.len() > 10 {
        return Err(wrong());
    }
    let pounds: i64 = pounds.parse().map_err(|_| wrong())?;
    let hundredths: i64 = format!("{rest:0<2}").parse().map_err(|_| wrong())?;
    Ok(pounds * 100 + hundredths)
}
