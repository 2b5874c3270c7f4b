import assert from "node:assert/strict";
import { createServer } from "node:http";
import { objectStoreName, objectStorePort } from "../../components/data/object-store-values.ts";
import { alarms } from "../../components/monitoring/watch.ts";
import { plain } from "../../components/network/choices.ts";
import { entryPointPorts } from "./arguments.ts";
import { ask, until } from "./ask.ts";
import { namespace, openStage, type Stage } from "./stage.ts";

const host = "speckle.example";
const objectStoreHost = `s3.${host}`;

describe("the metrics of the real Traefik", function () {
  this.timeout(240_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage();
    await stage.service(objectStoreName, stage.spare, objectStorePort);
    await stage.apply({ namespace, domain: host, objectStoreHost, allowFrom: [], registration: "open" });
    await until(stage, { host, path: "/" }, ({ status }) => status === 200);
  });
  after(() => stage?.close());

  it("count requests by names that the alarm on errors selects (B13)", async () => {
    await ask(stage, { host, path: "/graphql" });
    // Nothing answers behind it: what Traefik says then is counted there too.
    await until(stage, { host: objectStoreHost, path: "/speckle/a" }, ({ status }) => status === 502);
    const answer = await fetch(`http://${stage.address}:${entryPointPorts.metrics}/metrics`);
    const text = await answer.text();
    const counted = [...text.matchAll(/^traefik_service_requests_total\{.*service="([^"]+)"/gm)];
    const services = [...new Set(counted.map(([, service = ""]) => service))];
    assert.equal(services.length, 3, services.join(", "));
    const alarm = alarms({ ...plain, namespace }).find(({ name }) => name === "SpeckleServerErrors");
    const [, selected = ""] = /service=~"([^"]+)"/.exec(alarm?.expression ?? "") ?? [];
    for (const service of services) assert.match(service, new RegExp(`^(?:${selected})$`));
    assert.match(text, /^traefik_service_requests_total\{code="502"/m);
    assert.match(text, /^traefik_service_request_duration_seconds_bucket\{.*service=".*le="/m);
  });

  it("count fewer errors than refusals when Speckle limits one client (B13)", async () => {
    // As Express does when an error handler answers and calls `next`: the answer, and the end of its connection.
    const limiting = createServer((request, response) => {
      request.resume();
      response
        .writeHead(429, { "content-type": "application/json" })
        .end('{"error":{"code":"RATE_LIMIT_ERROR"}}');
      request.socket.destroy();
    });
    await new Promise<void>((resolve) => {
      limiting.listen(objectStorePort, stage.spare, resolve);
    });
    const count = async () => {
      const counts = { refused: 0, failed: 0 };
      const client = async () => {
        for (let call = 0; call < 40; call += 1) {
          const asked = {
            host: objectStoreHost,
            path: "/speckle/a",
            method: "POST",
            body: [Buffer.alloc(2 ** 20)],
          };
          const { status } = await ask(stage, asked);
          counts[status === 429 ? "refused" : "failed"] += 1;
        }
      };
      await Promise.all(Array.from({ length: 8 }, client));
      return counts;
    };
    try {
      await until(stage, { host: objectStoreHost, path: "/speckle/a" }, ({ status }) => status === 429);
      const { refused, failed } = await count();
      assert.ok(failed > 0 && failed < refused, `${failed} of ${refused + failed} failed`);
    } finally {
      limiting.close();
    }
  });
});
