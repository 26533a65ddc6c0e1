// An independent client: openapi-client-axios generates it from the vendor's published
// documents, and simple-oauth2 fetches tokens. It calls each operation of
// `sparklog serve`, see serve_peer_test.go. The last requests are as the vendor's own
// clients write them.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import axios from 'axios';
import { strFromU8, unzipSync } from 'fflate';
import { OpenAPIClientAxios } from 'openapi-client-axios';
import { ClientCredentials } from 'simple-oauth2';

const { published, lines } = JSON.parse(process.env.PEER);
const served = Object.fromEntries(lines.slice(1).map(line => line.split(/: (.*)/s).slice(0, 2)));
const [origin, tenant] = [new URL(lines[0]).origin, decodeURIComponent(new URL(lines[0]).pathname.slice(1))];
const names = { tenant, folder: served.folder, service: served.service };
const noSuchID = '00000000-0000-4000-8000-000000000000';

const documents = readdirSync(published).map(name => JSON.parse(readFileSync(join(published, name))));
const definition = documents[0];
for (const { paths, components } of documents) {
  Object.assign(definition.paths, paths);
  Object.assign(definition.components.parameters, components.parameters);
}
const client = await new OpenAPIClientAxios({ definition, withServer: { url: origin } }).init();
assert.equal(Object.keys(definition.paths).length, 6);

const bearer = token => ({ headers: { Authorization: `Bearer ${token}` } });
const apiKey = key => ({ headers: { 'x-synthetic-key': key, 'x-tenant-name': tenant } });
const oauth = async authorizationMethod => {
  const flow = new ClientCredentials({
    client: { id: served['client ID'], secret: served['client secret'] },
    auth: { tokenHost: origin, tokenPath: `/auth/realms/${encodeURIComponent(tenant)}/protocol/openid-connect/token` },
    options: { authorizationMethod },
  });
  const { token } = await flow.getToken({});
  assert.equal(token.expires_in, 300);
  return bearer(token.access_token);
};

// download fetches a file without a credential, at once and in two parts.
async function download(url) {
  const whole = await axios.get(url, { responseType: 'arraybuffer' });
  const rest = await axios.get(url, {
    responseType: 'arraybuffer',
    headers: { Range: 'bytes=100-', 'If-Range': whole.headers.etag },
  });
  assert.equal(rest.status, 206);
  assert.deepEqual(Buffer.from(rest.data), Buffer.from(whole.data).subarray(100));
  const beyond = await axios.get(url, { headers: { Range: `bytes=${whole.data.byteLength}-` }, validateStatus: null });
  assert.equal(beyond.status, 416);
  return unzipSync(new Uint8Array(whole.data));
}

async function getCall(config) {
  const get = async (callId, index) => {
    const { data } = await client.getLogGetExecutionHistoryByCallid({ tenant, callId, index }, null, config);
    assert.equal(data.status, 'Success');
    return data.response_data && JSON.parse(data.response_data);
  };
  const id = served['call ID with errors'];
  const record = await get(id);
  assert.equal(record.EngineCallId, id);
  assert.equal(record.Product, served.folder);
  assert.equal(record.Service, served.service);
  assert.notEqual(record.EngineDetails.response_data.errors, null);
  assert.equal(await get(noSuchID), null);
  const several = served['call ID with several records'];
  assert.notDeepEqual(await get(several, 0), await get(several));
  await assert.rejects(get(several, 99), error => error.response.status === 400);
}

async function downloadAsExcel(config) {
  const { data } = await client.getDownloadXML({ ...names, callId: served['call ID'] }, {}, config);
  assert.equal(data.status, null);
  const workbook = await download(data.response_data.download_url);
  assert.ok(workbook['xl/workbook.xml']);
}

async function exported(format, body, config) {
  const { data } = await client[`postLogDownload${format}`](names, body, config);
  assert.equal(data.status, null);
  const jobId = data.response_data.job_id;
  for (let last = 0; ; ) {
    const { data } = await client[`getLogDownload${format}Status`]({ ...names, jobId }, null, config);
    const { progress, download_url } = data.response_data;
    assert.equal(data.status, null);
    assert.equal(progress === 100, download_url !== null);
    assert.ok(progress >= last);
    if (progress === 100) return Object.entries(await download(download_url)).map(([name, bytes]) => [name, strFromU8(bytes)]);
    last = progress;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

async function exportLogs(config) {
  const records = async body => (await exported('JSON', body, config)).flatMap(([, text]) => JSON.parse(text));
  const all = await records({});
  assert.equal(all.length, Number(served.calls));
  const failed = await records({ request_data: { has_errors: true, start_date: '2026-03-02', end_date: '2026-03-07T00:00:00Z' } });
  assert.deepEqual(failed, all.filter(r => r.EngineDetails.response_data.errors !== null));
  assert.ok(failed.length > 0);
  const files = await exported('CSV', {}, config);
  assert.ok(files.length > 1);
  for (const [name, text] of files) {
    assert.match(name, /\.csv$/);
    assert.match(text, /^Description,Log Time,Transaction date,Version,Version ID,.*,Error Details,Warning Details\r?\n/);
  }
}

async function refusals() {
  for (const [config, status, message] of [
    [{}, 401, 'INVALID_TOKEN'],
    [bearer('wrong'), 401, 'INVALID_TOKEN'],
    [bearer(served['bearer token without permission']), 403, 'PERMISSION_DENIED'],
    [apiKey(served['API key without permission']), 403, 'PERMISSION_DENIED'],
  ]) {
    const { status: got, data } = await client.postLogDownloadJSON(names, {}, { ...config, validateStatus: null });
    assert.equal(got, status);
    assert.equal(data.status, 'Error');
    assert.equal(data.error.error_category, 'access_error');
    assert.equal(data.error.message, message);
  }
}

// raw sends a request as the vendor's clients in TypeScript and Python do: with the
// tenant besides any credential, a request ID, a content type even without a body, and
// the host that they require. It follows no redirect.
function raw(method, path, body) {
  const headers = {
    Authorization: `Bearer ${served['bearer token']}`, 'Content-Type': 'application/json', 'User-Agent': 'peer',
    'x-tenant-name': tenant, 'x-request-id': randomUUID(), Host: 'excel.uat.us.coherent.global',
  };
  return new Promise((resolve, reject) => {
    const request = http.request(new URL(`${lines[0]}/api/v3/${path}`), { method, headers }, response => {
      let text = '';
      response.on('data', chunk => (text += chunk)).on('end', () => {
        assert.equal(response.statusCode, 200, text);
        assert.match(response.headers['content-type'], /application\/json/);
        assert.equal(response.headers['x-request-id'], headers['x-request-id']);
        resolve(JSON.parse(text).response_data);
      });
    });
    request.on('error', reject).end(body && JSON.stringify(body));
  });
}

async function asTheVendorsClients() {
  const service = `folders/${encodeURIComponent(served.folder)}/services/${encodeURIComponent(served.service)}`;
  const id = served['call ID'];
  assert.equal(JSON.parse(await raw('GET', `log/getexecutionhistorybycallid/${id}`)).EngineCallId, id);
  for (const path of [`download/xml/${id}`, `download/${id}`]) {
    await download((await raw('POST', `${service}/${path}`, {})).download_url);
  }
  for (const type of ['csv', 'json']) {
    for (const body of [
      { request_data: { call_ids: [] }, request_meta: {} },
      { request_data: { call_ids: ['SPARK'], start_date: '2026-03-02T00:00:00.000Z', timezone_offset: '8' }, request_meta: {} },
      { request_data: { call_ids: [], timezone_offset: null, start_date: '2026-03-02T00:00:00' }, request_meta: { version_id: null } },
    ]) {
      const { job_id } = await raw('POST', `${service}/log/download${type}`, body);
      let status;
      do status = await raw('GET', `${service}/log/download${type}/status/${job_id}`);
      while (status.progress !== 100);
      assert.ok(Object.keys(await download(status.download_url)).length > 0);
    }
  }
}

for (const [kind, config] of Object.entries({
  'bearer token': bearer(served['bearer token']),
  'API key': apiKey(served['API key']),
  'client credentials in the form': await oauth('body'),
  'client credentials in the header': await oauth('header'),
})) {
  await getCall(config);
  await downloadAsExcel(config);
  await exportLogs(config);
  console.log(`all operations by ${kind}: as the documents say`);
}
await refusals();
console.log('refusals: 401 and 403, with the envelope');
await asTheVendorsClients();
console.log("as the vendor's clients write them: understood");
