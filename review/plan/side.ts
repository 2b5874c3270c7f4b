import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ProblemsError } from "../../components/problem.ts";
import type { Registered } from "./plan.ts";
import type { RegisterRequest } from "./register.ts";
import type { Tree } from "./tree.ts";

const registerScript = fileURLToPath(new URL("register.ts", import.meta.url));

/** Variables a program may see while it is reviewed: enough to start a process, nothing that opens a cloud. */
const harmless = ["PATH", "HOME", "TMPDIR", "LANG", "TZ"];

/**
 * What a tree's program registers for files of stacks, one after the other, without engine, cluster or credentials.
 * @param key of the masks that stand for secrets; the same for both sides
 * @throws ProblemsError when the tree's program cannot even be started
 */
export async function* registeredBy(
  { folder: tree, lasting }: Pick<Tree, "folder" | "lasting">,
  files: readonly string[],
  key: string,
): AsyncGenerator<Registered> {
  if (files.length === 0) return;
  const request: RegisterRequest = { tree, files, key };
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", registerScript], {
    cwd: tree,
    env: Object.fromEntries(
      [...harmless, ...(lasting ? ["NODE_COMPILE_CACHE"] : [])].flatMap((name) =>
        process.env[name] ? [[name, process.env[name]]] : [],
      ),
    ),
    stdio: ["pipe", "pipe", "pipe"],
  });
  let words = "";
  child.stderr.on("data", (chunk) => {
    words = `${words}${chunk}`.slice(-4000);
  });
  const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
  child.stdin.on("error", () => {});
  child.stdin.end(JSON.stringify(request));
  try {
    for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line) as Registered;
    const status = await closed;
    if (status !== 0) throw new ProblemsError([failure(words)]);
  } finally {
    child.kill();
  }
}

function failure(words: string) {
  const lines = words.trim().split("\n");
  const said = lines.find((line) => /Error:/.test(line)) ?? lines.at(-1) ?? "it said nothing";
  return {
    path: "index.ts",
    reason: `the program cannot be run: ${said.trim()}`,
    fix: "Run `npm run check` in that version of the project and mend what it names.",
  };
}
