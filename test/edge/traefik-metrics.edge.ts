import assert from "node:assert/strict";
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
});
