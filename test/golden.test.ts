import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { parseSettings, type Settings } from "../stacks/settings.ts";
import { graphOf, type Registration, settingsOf } from "./support/graph.ts";
import { guest } from "./support/guest.ts";

const graphs: Record<string, [settings: () => Settings, identifier: RegExp]> = {
  dev: [() => settingsOf("dev"), /^kind\//],
  staging: [() => settingsOf("staging"), /^digitalocean\//],
  prod: [() => settingsOf("prod"), /^aws\/arn:aws:eks:/],
  guest: [() => parseSettings(guest, () => "canary-kubeconfig"), /^context\/office$/],
};

for (const [stack, [settings, identifier]] of Object.entries(graphs)) {
  describe(`the resource graph of ${stack}`, () => {
    let graph: Registration[];
    before(async () => {
      graph = await graphOf(settings());
    });

    it("is the recorded one; `npm run golden` records it anew", () => {
      const file = new URL(`golden/${stack}.json`, import.meta.url);
      const text = `${JSON.stringify(graph, null, 2)}\n`;
      if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);
      assert.deepEqual(graph, JSON.parse(readFileSync(file, "utf8")));
    });

    it("is the same in preview, so that nothing is created inside an apply", async () => {
      const preview = await graphOf(settings(), true);
      assert.deepEqual(preview.map(nameOf), graph.map(nameOf));
    });

    it("gives every Kubernetes resource the cluster's provider and no default one (invariant 2)", () => {
      const wrong = graph.filter(
        ({ type, provider }) => type.startsWith("kubernetes:") && provider !== "speckle-cluster-kubernetes",
      );
      assert.deepEqual(wrong.map(nameOf), []);
    });

    it("gives every resource of a cloud the provider of the stack's account, never the machine's own (F14)", () => {
      const wrong = graph.filter(
        ({ type, provider }) => /^(aws|digitalocean):/.test(type) && provider !== "speckle-cluster-account",
      );
      assert.deepEqual(wrong.map(nameOf), []);
    });

    it("says which account it belongs to where the cloud can tell (F14)", () => {
      const accounts = graph.filter(({ type }) => type === "pulumi:providers:aws");
      assert.deepEqual(
        accounts.map(({ inputs }) => inputs.allowedAccountIds),
        stack === "prod" ? ['["123456789012"]'] : [],
      );
    });

    it("names every resource after the component above it", () => {
      const wrong = graph.filter(
        ({ name, parent, type }) =>
          type !== "pulumi:pulumi:Stack" &&
          parent !== "" &&
          !name.startsWith(parent) &&
          parent !== "speckle-stacks-test",
      );
      assert.deepEqual(wrong.map(nameOf), []);
    });

    it("identifies the cluster apart from its kubeconfig (F3)", () => {
      const provider = graph.find(({ type }) => type === "pulumi:providers:kubernetes");
      assert.match(String(provider?.inputs.clusterIdentifier), identifier);
      assert.equal(provider?.inputs.kubeconfig, "[secret]");
    });

    it("deletes its record of services before anything else, which then can be refused", () => {
      const byName = new Map(graph.map((one) => [one.name, one]));
      const outlive = new Set<string>();
      const visit = (name: string): void => {
        const found = byName.get(name);
        if (!found || outlive.has(name)) return;
        outlive.add(name);
        for (const next of [...found.dependsOn, found.provider]) visit(next);
      };
      visit("speckle-services-record");
      if (stack === "guest") return assert.equal(outlive.size, 0);
      const made = graph.filter(({ type }) => !/^(pulumi:pulumi:Stack|speckle-stacks:)/.test(type));
      assert.deepEqual(made.filter(({ name }) => !outlive.has(name)).map(nameOf), []);
    });

    it("carries no secret outside a secret's envelope (F4)", () => {
      assert.doesNotMatch(JSON.stringify(graph), /canary/);
    });
  });
}

function nameOf({ type, name }: Registration): string {
  return `${type} ${name}`;
}
