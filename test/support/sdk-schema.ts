import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript";
import type { Schema } from "../../rehearsal/providers/cloud/schema.ts";

/** Members of the interfaces and classes of a declaration file, by dotted name. */
type Declarations = ReadonlyMap<string, readonly ts.TypeElement[] | readonly ts.ClassElement[]>;

/** What an installed SDK declares for resource types: their inputs, the names of their outputs, and which are secret. */
export interface SdkSchema {
  readonly schema: Schema;
  readonly outputs: Record<string, readonly string[]>;
  readonly secrets: Record<string, readonly string[]>;
}

/** Reads the inputs and outputs of resource types out of an SDK's own declarations. */
export function sdkSchema(sdk: string, types: readonly string[]): SdkSchema {
  const folder = dirname(createRequire(import.meta.url).resolve(`@pulumi/${sdk}/package.json`));
  const nested = declarationsOf(join(folder, "types", "input.d.ts"));
  const schema: Schema = { resources: {}, types: {} };
  const outputs: Record<string, string[]> = {};
  const secrets: Record<string, string[]> = {};
  const record = (fields: Record<string, string>) => {
    for (const text of Object.values(fields)) {
      const name = /([A-Za-z0-9]+\.)?[A-Z]\w*/.exec(text)?.[0];
      if (!name || schema.types[name]) continue;
      schema.types[name] = fieldsOf(nested.get(name) ?? []);
      record(schema.types[name]);
    }
  };
  for (const type of types) {
    const file = fileOf(folder, type);
    const declared = declarationsOf(file);
    const name = type.split(":").at(-1) ?? "";
    schema.resources[type] = fieldsOf(declared.get(`${name}Args`) ?? []);
    outputs[type] = Object.keys(fieldsOf(declared.get(name) ?? []));
    secrets[type] = secretOutputs(file.replace(/\.d\.ts$/, ".js"));
    record(schema.resources[type]);
  }
  return { schema: { resources: sorted(schema.resources), types: sorted(schema.types) }, outputs, secrets };
}

/** Outputs that the SDK itself marks, in its constructors. */
function secretOutputs(file: string): string[] {
  const [, list = ""] = /additionalSecretOutputs: \[(.*?)\]/.exec(readFileSync(file, "utf8")) ?? [];
  return [...list.matchAll(/"(\w+)"/g)].map(([, name]) => name ?? "");
}

function fileOf(folder: string, type: string): string {
  const module = (type.split(":")[1] ?? "").replace(/^index\//, "");
  const file = join(folder, `${module}.d.ts`);
  if (!existsSync(file)) throw new Error(`${type} is not a resource type of the SDK: there is no ${file}`);
  return file;
}

function declarationsOf(file: string): Declarations {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  const found = new Map<string, readonly ts.TypeElement[] | readonly ts.ClassElement[]>();
  const visit = (prefix: string) => (node: ts.Node) => {
    if (ts.isModuleDeclaration(node) && node.body) {
      ts.forEachChild(node.body, visit(`${prefix}${node.name.text}.`));
    } else if (ts.isInterfaceDeclaration(node) || (ts.isClassDeclaration(node) && node.name)) {
      found.set(`${prefix}${node.name?.text}`, node.members);
    }
  };
  ts.forEachChild(source, visit(""));
  return found;
}

function fieldsOf(members: readonly (ts.TypeElement | ts.ClassElement)[]): Record<string, string> {
  const fields = members.flatMap((member) => {
    if (!(ts.isPropertySignature(member) || isOutput(member)) || !member.type) return [];
    const name = (member.name as ts.Identifier).text;
    return [[name, `${textOf(member.type)}${member.questionToken ? "" : "!"}`] as const];
  });
  return sorted(Object.fromEntries(fields));
}

function isOutput(member: ts.Node): member is ts.PropertyDeclaration {
  if (!ts.isPropertyDeclaration(member)) return false;
  const kinds = (member.modifiers ?? []).map(({ kind }) => kind);
  return !kinds.includes(ts.SyntaxKind.StaticKeyword) && !kinds.includes(ts.SyntaxKind.PrivateKeyword);
}

/** A declared type in the schema's notation; enumerations are texts, a resource stands for its id. */
function textOf(node: ts.TypeNode): string {
  if (ts.isUnionTypeNode(node)) {
    const known = node.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword);
    return [...new Set(known.map(textOf))].sort().join("|");
  }
  if (ts.isArrayTypeNode(node)) return `array<${textOf(node.elementType)}>`;
  if (ts.isParenthesizedTypeNode(node)) return textOf(node.type);
  if (ts.isTypeLiteralNode(node)) {
    const index = node.members.find(ts.isIndexSignatureDeclaration);
    return index ? `map<${textOf(index.type)}>` : "object";
  }
  if (!ts.isTypeReferenceNode(node)) {
    return ts.tokenToString(node.kind) ?? "any";
  }
  const name = nameOf(node.typeName);
  const [argument] = node.typeArguments ?? [];
  if (argument) return textOf(argument);
  if (name.endsWith("PolicyDocument")) return "object";
  if (name.startsWith("inputs.")) return name.slice("inputs.".length);
  return name.startsWith("pulumi.asset.") ? "any" : "string";
}

function nameOf(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : `${nameOf(name.left)}.${name.right.text}`;
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
