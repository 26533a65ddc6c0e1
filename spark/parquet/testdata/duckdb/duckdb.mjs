// Prints the types and the values of Parquet files as DuckDB reads them, as JSON.
// With a query, it prints the result of that instead; the files are the table calls.
import { DuckDBInstance } from '@duckdb/node-api';

const [files, query] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const rows = async (query) => (await connection.runAndReadAll(query)).getRowsJson();

await connection.run(`CREATE VIEW calls AS FROM read_parquet('${files.replaceAll("'", "''")}')`);
if (query) {
  console.log(JSON.stringify(await rows(query)));
} else {
  const columns = await rows('DESCRIBE calls');
  const types = Object.fromEntries(columns.map(([name, type]) => [name, type]));
  const texts = columns.map(([name]) => `CAST("${name.replaceAll('"', '""')}" AS VARCHAR)`).join(', ');
  const values = (await rows(`SELECT ${texts} FROM calls`)).map((row) =>
    Object.fromEntries(row.map((value, i) => [columns[i][0], value]).filter(([, value]) => value !== null)));
  console.log(JSON.stringify({ types, rows: values }));
}
