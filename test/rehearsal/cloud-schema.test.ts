import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { awsTables } from "../../rehearsal/providers/aws/provider.ts";
import type { CloudTables } from "../../rehearsal/providers/cloud/provider.ts";
import { digitaloceanTables } from "../../rehearsal/providers/digitalocean/provider.ts";
import { sdkSchema } from "../support/sdk-schema.ts";

const clouds: readonly CloudTables[] = [digitaloceanTables, awsTables];

for (const { name, schema, resources } of clouds) {
  describe(`the table of ${name}`, () => {
    const sdk = sdkSchema(name, Object.keys(resources));
    const file = new URL(`../../rehearsal/providers/${name}/schema.json`, import.meta.url);
    const inputsOf = (type: string) => sdk.schema.resources[type] ?? {};

    it("has the inputs of the installed SDK; `npm run golden` reads them anew", () => {
      if (process.env.UPDATE_GOLDEN) writeFileSync(file, `${JSON.stringify(sdk.schema, null, 2)}\n`);
      else assert.deepEqual(schema, sdk.schema);
    });

    it("replaces, names and refers by inputs that exist", () => {
      const wrong = Object.entries(resources).flatMap(([type, kind]) => {
        const { replaces = [], unique = [], refers = {}, oneOf = {}, autoname } = kind;
        const paths = [...replaces, ...unique, ...Object.keys(refers), ...Object.keys(oneOf)];
        return [...paths, ...(autoname ? [autoname] : [])]
          .filter((path) => !hasPath(inputsOf(type), path.split(".")))
          .map((path) => `${type} ${path}`);
      });
      assert.deepEqual(wrong, []);
    });

    it("keeps secret only what there is, and refers only to types it has", () => {
      const wrong = Object.entries(resources).flatMap(([type, { secrets = [], refers = {} }]) => [
        ...secrets.filter((secret) => !sdk.outputs[type]?.includes(secret)),
        ...Object.values(refers)
          .flat()
          .filter((other) => !resources[other]),
      ]);
      assert.deepEqual(wrong, []);
    });

    it("keeps secret whatever the SDK does", () => {
      const open = Object.entries(resources).flatMap(([type, { secrets = [] }]) =>
        (sdk.secrets[type] ?? [])
          .filter((secret) => !secrets.includes(secret))
          .map((secret) => `${type} ${secret}`),
      );
      assert.deepEqual(open, []);
      assert.ok(Object.values(sdk.secrets).flat().length > 0);
    });

    function hasPath(fields: Record<string, string>, [head = "", ...rest]: string[]): boolean {
      const list = head.endsWith("[]");
      const text = fields[head.replace("[]", "")]?.replace(/!$/, "");
      if (!text || (list && !text.startsWith("array<"))) return false;
      const element = list ? text.slice("array<".length, -1) : text;
      return rest.length === 0 || hasPath(sdk.schema.types[element] ?? {}, rest);
    }
  });
}
