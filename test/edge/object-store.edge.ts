import assert from "node:assert/strict";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import {
  objectStoreBucket as Bucket,
  objectStoreName,
  objectStorePort,
  objectStoreRegion,
} from "../../components/data/object-store-values.ts";
import { type Answer, ask, until } from "./ask.ts";
import { shownBy } from "./browser.ts";
import { special } from "./echo.ts";
import { startGateway } from "./gateway.ts";
import { namespace, openStage, type Stage } from "./stage.ts";

const domain = "speckle.example";
const host = `s3.${domain}`;
const origin = `https://${domain}`;
/** The account that was in use before a rotation. */
const former = { id: "SPKFORMER", key: "of-the-rotation-before" };
const root = { id: "SPKTEST", key: "only-for-this-test" };
const credentials = { accessKeyId: root.id, secretAccessKey: root.key };

describe("the S3 store behind the real Traefik, as browsers and Speckle use it (F63)", function () {
  this.timeout(240_000);
  let stage: Stage;
  let inside: S3Client;
  /** Signs as Speckle's server does: for the host that browsers see. */
  const outside = client(`https://${host}`);

  before(async () => {
    stage = await openStage();
    await stage.service(objectStoreName, stage.spare, objectStorePort);
    startGateway(stage, { origin, root, former });
    inside = client(`http://${stage.spare}:${objectStorePort}`);
    stage.ended.push(() => inside.destroy());
    await stage.apply({ namespace, domain, objectStoreHost: host, allowFrom: [], registration: "open" });
    await until(
      stage,
      { host, path: `/${Bucket}/x` },
      ({ status, text }) => status !== 502 && !text.startsWith("404 page"),
    );
    // What Speckle's server does at its first start.
    await inside.send(new HeadBucketCommand({ Bucket })).then(
      () => assert.fail("there is no bucket yet"),
      () => inside.send(new CreateBucketCommand({ Bucket })),
    );
  });
  after(() => stage?.close());

  const pathOf = (url: string) => url.slice(`https://${host}`.length);
  const presigned = async (command: PutObjectCommand | GetObjectCommand | UploadPartCommand) =>
    pathOf(await getSignedUrl(outside, command as PutObjectCommand, { expiresIn: 3600 }));
  const asked = async (method: string, path: string, body = "", headers: Record<string, string> = {}) =>
    ask(stage, {
      host,
      path,
      method,
      headers: { origin, ...(body && { "content-length": String(body.length) }), ...headers },
      body: body ? [Buffer.from(body)] : [],
    });
  const readable = ({ headers }: Answer) => {
    assert.equal(headers["access-control-allow-origin"], origin);
    const exposed = String(headers["access-control-expose-headers"]).toLowerCase().split(/,\s*/);
    assert.ok(exposed.includes("etag"), `only ${exposed} may be read`);
  };

  it("answers a preflight for an upload", async () => {
    const path = await presigned(new PutObjectCommand({ Bucket, Key: "assets/project/blob" }));
    const { status, headers } = await asked("OPTIONS", path, "", {
      "access-control-request-method": "PUT",
      "access-control-request-headers": "content-type",
    });
    assert.ok(status === 200 || status === 204, String(status));
    assert.equal(headers["access-control-allow-origin"], origin);
    assert.match(String(headers["access-control-allow-methods"]), /PUT/);
    assert.match(String(headers["access-control-allow-headers"]).toLowerCase(), /content-type/);
  });

  it("names no other origin, so that other sites' pages get nothing", async () => {
    const path = await presigned(new PutObjectCommand({ Bucket, Key: "assets/project/blob" }));
    const { headers } = await asked("OPTIONS", path, "", {
      origin: "https://evil.example",
      "access-control-request-method": "PUT",
    });
    assert.notEqual(headers["access-control-allow-origin"], "https://evil.example");
    assert.notEqual(headers["access-control-allow-origin"], "*");
  });

  it("takes a presigned upload, lets the page read its ETag, and gives it back", async () => {
    const Key = "assets/project/Grundriß & Schnitt (1).ifc";
    const put = await asked("PUT", await presigned(new PutObjectCommand({ Bucket, Key })), "a model", {
      "content-type": "application/octet-stream",
    });
    assert.equal(put.status, 200, put.text);
    readable(put);
    const stored = await inside.send(new GetObjectCommand({ Bucket, Key }));
    assert.equal(await stored.Body?.transformToString(), "a model");
    assert.equal(put.headers.etag, stored.ETag);
    const got = await asked("GET", await presigned(new GetObjectCommand({ Bucket, Key })));
    assert.equal(got.text, "a model");
    readable(got);
  });

  it("takes a presigned upload in parts", async () => {
    const Key = "assets/project/large.ifc";
    const { UploadId } = await inside.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const part = async (PartNumber: number, body: string) => {
      const command = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber });
      const answer = await asked("PUT", await presigned(command), body);
      assert.equal(answer.status, 200, answer.text);
      readable(answer);
      return { PartNumber, ETag: answer.headers.etag };
    };
    const first = "a".repeat(5 * 2 ** 20);
    const Parts = [await part(1, first), await part(2, "the rest")];
    await inside.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
    );
    const stored = await inside.send(new GetObjectCommand({ Bucket, Key }));
    assert.equal(await stored.Body?.transformToString(), `${first}the rest`);
  });

  it("takes a file from a page in a real browser, which reads its ETag, but not from a stranger's page", async () => {
    const Key = "assets/project/from-a-browser";
    const url = await getSignedUrl(outside, new PutObjectCommand({ Bucket, Key }), { expiresIn: 3600 });
    const script = `
      const headers = { "content-type": "application/octet-stream" };
      fetch(${JSON.stringify(url)}, { method: "PUT", headers, body: new Blob(["from a browser"]) })
        .then((answer) => answer.status + " " + answer.headers.get("etag"), String)
        .then((words) => { document.body.textContent = words; });`;
    const shown = (url: string) => shownBy(stage, url);
    // Its origin is nobody's.
    const stranger = `data:text/html,${encodeURIComponent(`<body></body><script>${script}</script>`)}`;
    assert.match(await shown(stranger), /Failed to fetch/);
    await assert.rejects(inside.send(new GetObjectCommand({ Bucket, Key })));
    const page = `https://${domain}/?${new URLSearchParams({ [special.script]: script })}`;
    const words = await shown(page);
    const stored = await inside.send(new GetObjectCommand({ Bucket, Key }));
    assert.equal(words, `200 ${stored.ETag}`);
    assert.equal(await stored.Body?.transformToString(), "from a browser");
  });

  it("refuses what is not signed, or signed for something else", async () => {
    const path = await presigned(new PutObjectCommand({ Bucket, Key: "assets/project/mine" }));
    assert.equal((await asked("PUT", `/${Bucket}/assets/project/mine`, "x")).status, 403);
    assert.equal((await asked("PUT", path.replace("mine", "yours"), "x")).status, 403);
    assert.equal((await asked("GET", path)).status, 403);
    assert.equal((await asked("GET", `/${Bucket}/?list-type=2`)).status, 403);
  });

  it("takes the key before the one in use as well, as long as the next rotation leaves it", async () => {
    const Key = "assets/project/of-the-former-account";
    const formerly = (secretAccessKey: string) =>
      client(`http://${stage.spare}:${objectStorePort}`, { accessKeyId: former.id, secretAccessKey });
    await formerly(former.key).send(new PutObjectCommand({ Bucket, Key, Body: "by the former account" }));
    const stored = await inside.send(new GetObjectCommand({ Bucket, Key }));
    assert.equal(await stored.Body?.transformToString(), "by the former account");
    await assert.rejects(formerly("another key").send(new GetObjectCommand({ Bucket, Key })));
  });

  it("shows nothing but the bucket", async () => {
    for (const path of ["/", "/_/health", "/other-bucket/x", "/speckles", `/${Bucket}/../_/health`])
      assert.equal((await asked("GET", path)).status, 404, path);
  });

  it("refuses an upload above the limit", async () => {
    const path = await presigned(new PutObjectCommand({ Bucket, Key: "assets/project/huge" }));
    const { status } = await asked("PUT", path, "", { "content-length": String(102 * 2 ** 20) });
    assert.equal(status, 413);
  });
});

function client(endpoint: string, own = credentials): S3Client {
  const checksums = { requestChecksumCalculation: "WHEN_REQUIRED" } as const;
  return new S3Client({
    endpoint,
    region: objectStoreRegion,
    credentials: own,
    forcePathStyle: true,
    ...checksums,
  });
}
