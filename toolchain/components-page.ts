import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { code, table } from "../components/markdown.ts";

const root = fileURLToPath(new URL("../components/", import.meta.url));

type Shape = ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

/** What the page needs of the sources: declarations by name; a name is declared once in all of `components/`. */
interface Declarations {
  readonly classes: readonly ts.ClassDeclaration[];
  readonly shapes: ReadonlyMap<string, Shape>;
}

/** The page of all components: what each takes, and what it gives. */
export function componentsPage(): string {
  const declarations = readDeclarations();
  const components = declarations.classes.filter(isComponent).sort(byName);
  const lines = [
    "# Components",
    "",
    "Generated from `components/` by `npm run docs`. Each is a Pulumi component of the type `speckle-stacks:index:<name>`;",
    "everything it makes is its child, so that `opts` (aliases, transforms, protect) reach it. `SpeckleEnvironment` is made",
    "of the others. The complete arguments of an environment come from `parseSettings` of `speckle-stacks/settings`.",
    "",
    ...escapeHatches,
    ...components.flatMap((component) => section(component, declarations)),
  ];
  return `${lines.join("\n")}\n`;
}

const escapeHatches = [
  "What no argument reaches, a transform does, for every resource that a component makes; for Speckle's own chart there is",
  "`extraValues`. Labels on every namespace:",
  "",
  "```ts",
  "const labelled: pulumi.ResourceTransform = ({ type, props, opts }) => {",
  '  if (type !== "kubernetes:core/v1:Namespace") return undefined;',
  '  const labels = { ...props.metadata.labels, team: "design" };',
  "  return { props: { ...props, metadata: { ...props.metadata, labels } }, opts };",
  "};",
  'new SpeckleEnvironment("speckle", args, { transforms: [labelled] });',
  "```",
];

function readDeclarations(): Declarations {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const statements = files.flatMap((file) => [
    ...ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true)
      .statements,
  ]);
  const shapes = statements
    .filter((found) => ts.isInterfaceDeclaration(found) || ts.isTypeAliasDeclaration(found))
    .map((found) => [found.name.text, found] as const);
  return { classes: statements.filter(ts.isClassDeclaration), shapes: new Map(shapes) };
}

function isComponent(found: ts.ClassDeclaration): boolean {
  const exported = found.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
  return exported && heritage(found).some((base) => base.getText() === "ComponentResource");
}

function byName(a: ts.ClassDeclaration, b: ts.ClassDeclaration): number {
  return nameOf(a).localeCompare(nameOf(b));
}

function section(component: ts.ClassDeclaration, { shapes }: Declarations): string[] {
  const args = component.members.find(ts.isConstructorDeclaration)?.parameters[1]?.type;
  const inputs = args ? members(args, shapes) : [];
  const promised = heritage(component).flatMap((type) => members(type, shapes));
  const outputs = component.members.filter(ts.isPropertyDeclaration).filter(isPublic);
  return [
    "",
    `## ${nameOf(component)}`,
    documentation(component),
    "",
    ...(inputs.length > 0
      ? table(
          ["argument", "type", "what"],
          inputs.map((input) => inputRow(input, shapes)),
        )
      : [`Takes ${code(args?.getText() ?? "nothing")}.`]),
    ...(outputs.length > 0
      ? [
          "",
          ...table(
            ["output", "type", "what"],
            outputs.map((output) => outputRow(output, promised, shapes)),
          ),
        ]
      : []),
  ];
}

/** The properties of a type, as far as it is declared here under a plain name, or put together from such. */
function members(type: ts.Node, shapes: ReadonlyMap<string, Shape>): ts.PropertySignature[] {
  if (ts.isIntersectionTypeNode(type)) return type.types.flatMap((part) => members(part, shapes));
  if (ts.isTypeLiteralNode(type)) return type.members.filter(ts.isPropertySignature);
  const shape = shapes.get(type.getText());
  if (!shape) return [];
  if (ts.isTypeAliasDeclaration(shape)) return members(shape.type, shapes);
  const inherited = heritage(shape).flatMap((base) => members(base, shapes));
  return [...inherited, ...shape.members.filter(ts.isPropertySignature)];
}

function heritage(node: ts.ClassDeclaration | ts.InterfaceDeclaration): ts.Node[] {
  return node.heritageClauses?.flatMap(({ types }) => [...types]) ?? [];
}

function isPublic({ name, modifiers }: ts.PropertyDeclaration): boolean {
  const hidden = [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword, ts.SyntaxKind.StaticKeyword];
  return !ts.isPrivateIdentifier(name) && !modifiers?.some(({ kind }) => hidden.includes(kind));
}

function inputRow(property: ts.PropertySignature, shapes: ReadonlyMap<string, Shape>): string[] {
  const optional = property.questionToken ? ", optional" : "";
  const words = documentation(property) || shapeWords(property.type, shapes);
  return [code(property.name.getText()), `${typeText(property.type)}${optional}`, words];
}

/** What an output is says its class, or the interface it fulfils, or its type. */
function outputRow(
  output: ts.PropertyDeclaration,
  promised: readonly ts.PropertySignature[],
  shapes: ReadonlyMap<string, Shape>,
): string[] {
  const name = output.name.getText();
  const promise = promised.find((property) => property.name.getText() === name);
  const type = output.type ?? promise?.type;
  const words = documentation(output) || (promise ? documentation(promise) : "") || shapeWords(type, shapes);
  return [code(name), typeText(type), words];
}

function shapeWords(type: ts.TypeNode | undefined, shapes: ReadonlyMap<string, Shape>): string {
  const shape = shapes.get(withoutUndefined(type));
  return shape ? documentation(shape) : "";
}

function typeText(type: ts.TypeNode | undefined): string {
  const text = withoutUndefined(type);
  return text && code(text);
}

function withoutUndefined(type: ts.TypeNode | undefined): string {
  const text = type?.getText().replace(/\s+/g, " ") ?? "";
  return text.replace(/ \| undefined$/, "");
}

/** The doc comment in one line. */
function documentation(node: ts.Node): string {
  const comments = ts
    .getJSDocCommentsAndTags(node)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "");
  return comments.join(" ").replace(/\s+/g, " ").trim();
}

function nameOf({ name }: ts.ClassDeclaration): string {
  return name?.text ?? "";
}
