"""Writes the example's register of provision and population again, as XLSX, ODS, Parquet and gzip, by other software.

usage: formats.py FROM TO FORMAT     needs pandas, openpyxl, odfpy, pyarrow"""
import glob, os, shutil, sys
import pandas as pd

source, target, kind = sys.argv[1:4]
shutil.copytree(source, target)
for prefix in ["Management_information", "SAPE", "census2021", "ONSPD"]:
    path = glob.glob(f"{target}/{prefix}*.csv")[0]
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    numbers = [c for c in table.columns if c.isdigit() or c in ("Places", "oseast1m", "osnrth1m") or c.startswith("Age:")]
    for column in numbers:
        table[column] = table[column].astype(int)
    # As spreadsheets have them: days as days, yes and no as such.
    for column in [c for c in table.columns if c.endswith("nspection date")]:
        table[column] = pd.to_datetime(table[column].replace("-", None), format="%d/%m/%Y")
        if kind == "csv.gz":
            table[column] = table[column].dt.strftime("%d/%m/%Y").fillna("-")
    for column in [c for c in table.columns if c.endswith("Register flag") and kind != "csv.gz"]:
        table[column] = table[column] == "Y"
    stem = path[: -len(".csv")]
    os.remove(path)
    if kind == "parquet":
        table.to_parquet(stem + ".parquet")
    elif kind == "csv.gz":
        table.to_csv(stem + ".csv.gz", index=False)
    else:
        # As published: a title and a note above the headings, and a cover sheet before.
        with pd.ExcelWriter(f"{stem}.{kind}", engine="openpyxl" if kind == "xlsx" else "odf") as book:
            pd.DataFrame({"Contents": ["Table 1"]}).to_excel(book, sheet_name="Cover", index=False)
            table.to_excel(book, sheet_name="Table 1", index=False, startrow=3)
