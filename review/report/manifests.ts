import { stringify } from "yaml";
import { isPlainObject } from "../../components/merge.ts";
import { withoutMarks } from "../plan/mask.ts";
import { objectKey, type Plan } from "../plan/plan.ts";

/**
 * Every object of an environment as YAML documents in a lasting order, each after the resource or release that brings
 * it; secrets are hidden, and what nobody knows before it exists is named as such.
 */
export function manifests({ objects }: Pick<Plan, "objects">): string {
  const sorted = objects
    .map((planned) => ({ ...planned, key: objectKey(planned.object) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const documents = sorted.map(({ owner, object: { apiVersion, kind, metadata, ...rest } }) => {
    // Of some Secrets not even the keys are known.
    const known = Object.entries(rest).filter(
      ([field, value]) => field !== "stringData" || isPlainObject(value),
    );
    const document = { apiVersion, kind, metadata, ...Object.fromEntries(known) };
    return `# ${owner}\n${stringify(document, { lineWidth: 0 })}`;
  });
  return withoutMarks(documents.join("---\n"));
}
