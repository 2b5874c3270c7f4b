import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { parse } from "yaml";
import { charts } from "../../components/charts.ts";
import type { Entry } from "../../components/cluster/contract.ts";
import { traefikValues } from "../../components/edge/traefik-values.ts";
import { chartFolders } from "../../rehearsal/charts/folders.ts";
import { findArchive } from "../../rehearsal/charts/resolve.ts";
import { binaries, cacheDirectory } from "../../toolchain/binaries.ts";
import { traefikArguments } from "./arguments.ts";

const archive = findArchive(charts.traefik, { folders: chartFolders(), cache: cacheDirectory() });

const entries: Record<string, Entry> = {
  "a load balancer": { type: "LoadBalancer" },
  "a load balancer that speaks the PROXY protocol": {
    type: "LoadBalancer",
    proxyFrom: ["10.0.0.0/8", "192.168.0.0/16"],
  },
  "node ports": { type: "NodePort", httpNodePort: 30080, httpsNodePort: 30443 },
};

describe("Traefik's arguments", () => {
  for (const [about, entry] of Object.entries(entries)) {
    const values = traefikValues({ entry, replicas: 1 });
    const own = traefikArguments(values);

    it(`give slow uploads and idle websockets time behind ${about} (F45, F46)`, () => {
      for (const name of ["web", "websecure"]) {
        const limit = (key: string) => {
          const flag = `--entryPoints.${name}.transport.respondingTimeouts.${key}=`;
          return Number(own.find((argument) => argument.startsWith(flag))?.slice(flag.length));
        };
        assert.ok(limit("readTimeout") >= 600, "ten minutes of upload");
        assert.equal(limit("writeTimeout"), 0, "an answer may take as long as it takes");
        assert.ok(limit("idleTimeout") >= 3600);
      }
    });

    it(`trust nobody's headers behind ${about}`, () => {
      assert.ok(!own.some((argument) => /forwardedHeaders|insecure/i.test(argument)));
    });

    if (archive) {
      it(`are those the genuine chart gives it behind ${about}`, async () => {
        const { helm } = await binaries(() => {});
        const args = ["template", "traefik", archive, "--namespace", "traefik", "--values", "-"];
        const show = ["--show-only", "templates/deployment.yaml"];
        const input = JSON.stringify(values);
        const deployment = parse(execFileSync(helm, [...args, ...show], { input, encoding: "utf8" }));
        assert.deepEqual([...own].sort(), deployment.spec.template.spec.containers[0].args.sort());
      });
    }
  }
});

describe("the client's address", () => {
  const policy = (entry?: Entry) => {
    const { spec } = traefikValues({ entry: entry ?? assert.fail(), replicas: 2 }).service;
    return "externalTrafficPolicy" in spec ? spec.externalTrafficPolicy : undefined;
  };

  it("is kept by the load balancer, or carried by the PROXY protocol (F26)", () => {
    assert.equal(policy(entries["a load balancer"]), "Local");
    const proxied = entries["a load balancer that speaks the PROXY protocol"] ?? assert.fail();
    assert.equal(policy(proxied), "Cluster");
    const own = traefikArguments(traefikValues({ entry: proxied, replicas: 1 }));
    for (const name of ["web", "websecure"])
      assert.ok(own.includes(`--entryPoints.${name}.proxyProtocol.trustedIPs=10.0.0.0/8,192.168.0.0/16`));
  });
});
