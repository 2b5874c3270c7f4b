import assert from "node:assert/strict";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import {
  objectStoreBucket,
  objectStoreName,
  objectStorePort,
  objectStoreRegion,
} from "../../components/data/object-store-values.ts";
import { tlsSecret } from "../../components/edge/certificate-objects.ts";
import { type WorkloadKey, workload, workloads } from "../../components/speckle/workloads.ts";
import { smoke } from "../../smoke/smoke.ts";
import { parseSettings, type Settings } from "../../stacks/settings.ts";
import { domain, replying, speckle, storeHost } from "../smoke/speckle.ts";
import { makeCertificate } from "../support/certificate.ts";
import { until } from "./ask.ts";
import { startGateway } from "./gateway.ts";
import { namespace, openStage, type Stage, web, websecure } from "./stage.ts";

const root = { id: "SPKTEST", key: "only-for-this-test" };

describe("a look from outside at the real Traefik and the real store", function () {
  this.timeout(240_000);
  let stage: Stage;
  let authority: string;
  const settingsWith = (more: object) =>
    parseSettings(
      { preset: "dev", domain, cluster: { type: "existing", kubeconfig: "k", context: "c" }, ...more },
      () => "text",
    );
  const problemsOf = async (settings: Settings, wait = 0) => {
    const way = { address: stage.address, http: web, https: websecure, authority };
    const { problems } = await smoke({ settings, way, wait });
    return problems.map(({ path }) => path);
  };
  /** Address of a Service: no two may have the same. */
  const placeOf = (key: WorkloadKey) =>
    stage.spare.replace(/\d+$/, String(30 + workloads.findIndex((each) => each.key === key)));
  /** Traefik takes a moment to notice what has been applied. */
  const look = async (more: object = {}) => {
    const settings = settingsWith(more);
    await stage.apply({ ...settings, objectStoreHost: storeHost, tlsSecret });
    return problemsOf(settings, 20);
  };

  before(async () => {
    stage = await openStage();
    const former = { id: "SPKFORMER", key: "of-the-rotation-before" };
    startGateway(stage, { origin: `https://${domain}`, root, former });
    await stage.service(objectStoreName, stage.spare, objectStorePort);
    for (const key of ["server", "objects", "frontend_2"] as const) {
      const { name, port } = workload(key).service;
      const host = placeOf(key);
      await stage.service(name, host, port);
      const { server } = await replying(speckle, { host, port });
      stage.ended.push(() => server.close());
    }
    const { certificate, key } = makeCertificate(stage.folder, "smoke", [domain, storeHost]);
    authority = certificate;
    const data = { "tls.crt": certificate, "tls.key": key };
    const metadata = { name: tlsSecret, namespace };
    await stage.client.apply(
      { apiVersion: "v1", kind: "Secret", metadata, type: "kubernetes.io/tls", stringData: data },
      { fieldManager: "edge-test", force: true },
    );
  });
  after(() => stage?.close());

  it("is content with the store, with its bucket or before it is made", async () => {
    assert.deepEqual(await look(), []);
    const store = new S3Client({
      endpoint: `http://${stage.spare}:${objectStorePort}`,
      region: objectStoreRegion,
      credentials: { accessKeyId: root.id, secretAccessKey: root.key },
      forcePathStyle: true,
    });
    stage.ended.push(() => store.destroy());
    await store.send(new CreateBucketCommand({ Bucket: objectStoreBucket }));
    assert.deepEqual(await look(), []);
  });

  for (const registration of ["open", "invited"])
    it(`is content with \`registration: ${registration}\``, async () => {
      assert.deepEqual(await look({ registration }), []);
    });

  it("tells of routes that let in whoever the settings do not", async () => {
    const open = settingsWith({ registration: "open" });
    await stage.apply({ ...open, objectStoreHost: storeHost, tlsSecret });
    await until(stage, { host: domain, path: "/auth/local/register" }, ({ status }) => status !== 403);
    assert.deepEqual(await problemsOf(settingsWith({})), [`POST https://${domain}/auth/local/register`]);
  });

  it("tells of a Service without a pod", async () => {
    const { name, port } = workload("objects").service;
    await stage.service(name, stage.spare.replace(/\d+$/, "99"), port);
    const path = "/objects/none/none";
    await until(stage, { host: domain, path }, ({ status }) => status === 502);
    assert.deepEqual(await problemsOf(settingsWith({ registration: "open" })), [
      `GET https://${domain}${path}`,
    ]);
    await stage.service(name, placeOf("objects"), port);
  });

  it("is content that it may not come in where the settings say so", async () => {
    const settings = settingsWith({ allowFrom: ["203.0.113.0/24"] });
    await stage.apply({ ...settings, objectStoreHost: storeHost, tlsSecret });
    await until(stage, { host: domain, path: "/" }, ({ status }) => status === 403);
    assert.deepEqual(await problemsOf(settings), []);
    assert.ok((await problemsOf(settingsWith({}))).includes(`GET https://${domain}/`));
  });
});
