// Prints the types and the values of Parquet files as DuckDB reads them, as JSON.
// It needs the npm package @duckdb/node-api: see readers_test.go.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [modules, files] = process.argv.slice(2);
const entry = createRequire(modules + '/').resolve('@duckdb/node-api');
const module = await import(pathToFileURL(entry));
const { DuckDBInstance } = module.default ?? module;
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const rows = async (query) => (await connection.runAndReadAll(query)).getRowsJson();

const table = `read_parquet('${files.replaceAll("'", "''")}', union_by_name = true)`;
const columns = await rows(`DESCRIBE SELECT * FROM ${table}`);
const types = Object.fromEntries(columns.map(([name, type]) => [name, type]));
const texts = columns.map(([name]) => `CAST("${name.replaceAll('"', '""')}" AS VARCHAR)`).join(', ');
const values = (await rows(`SELECT ${texts} FROM ${table}`)).map((row) =>
  Object.fromEntries(row.map((value, i) => [columns[i][0], value]).filter(([, value]) => value !== null)));
console.log(JSON.stringify({ types, rows: values }));
