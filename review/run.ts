import { randomBytes } from "node:crypto";
import { type Problem, ProblemsError } from "../components/problem.ts";
import { stackFile, stacksOf } from "../rehearsal/stack-file.ts";
import { cacheDirectory, programs, type Report } from "../toolchain/binaries.ts";
import { withIgnored } from "./plan/ignored.ts";
import { masker } from "./plan/mask.ts";
import type { Plan, Registered } from "./plan/plan.ts";
import { emptyPlan, planOf } from "./plan/plans.ts";
import { Renderer } from "./plan/render.ts";
import { registeredBy } from "./plan/side.ts";
import { type Tree, treeOf, workingTree } from "./plan/tree.ts";
import { abandoned, compare, type Review, refused } from "./review.ts";

/** What to review. */
export interface ReviewOptions {
  /** Folder of the project. */
  readonly checkout: string;
  /** A stack's name, or `all`. */
  readonly stack: string;
  /** Git reference the working tree is compared with. */
  readonly against: string;
  /** Folders with chart archives. */
  readonly charts: readonly string[];
  readonly report: Report;
  /** Given each environment's plan after the change. */
  readonly planned?: (plan: Plan) => void;
}

/**
 * Reviews the working tree against a reference, one stack after the other, so that memory does not grow with them.
 * @throws ProblemsError when the reference or the stack is not there
 */
export async function* review(options: ReviewOptions): AsyncGenerator<Review> {
  const { checkout, against, charts: folders, report, planned = () => {} } = options;
  const stacks = stacksToReview(options);
  const cache = cacheDirectory();
  const { helm } = await programs(["helm"], report);
  const tree = treeOf(against, { checkout, cache, report });
  const key = randomBytes(32).toString("hex");
  const renderer = new Renderer({ helm, folders, cache, report, mask: masker(key) });
  try {
    yield* reviewTrees({ before: tree, after: workingTree(checkout), stacks, renderer, key, planned });
    const gone = stacksOf(tree.stacks).filter((stack) => !stacksOf(checkout).includes(stack));
    if (options.stack === "all") yield* gone.map(abandoned);
  } finally {
    renderer.dispose();
    tree.dispose();
  }
}

async function* reviewTrees(sides: {
  readonly before: Tree;
  readonly after: Tree;
  readonly stacks: readonly string[];
  readonly renderer: Renderer;
  /** Key of the masks, the same for both sides. */
  readonly key: string;
  readonly planned: (plan: Plan) => void;
}): AsyncGenerator<Review> {
  const { before, after, stacks, renderer, key, planned: tell } = sides;
  const known = new Set(stacksOf(before.stacks));
  const isThere = (tree: Tree, stack: string) => tree !== before || known.has(stack);
  // One process does for both where they share a program: it is asked for the later one of each stack, then the earlier.
  const filesOf = (...trees: Tree[]) =>
    stacks.flatMap((stack) =>
      trees.filter((tree) => isThere(tree, stack)).map((tree) => stackFile(tree.stacks, stack)),
    );
  const isShared = before.folder === after.folder;
  const later = registeredBy(after, isShared ? filesOf(after, before) : filesOf(after), key);
  const earlier = isShared ? later : registeredBy(before, filesOf(before), key);
  try {
    for (const stack of stacks) {
      const [planned, was] = await Promise.all([later.next(), known.has(stack) ? earlier.next() : undefined]);
      yield await reviewStack(planned.value, was?.value, renderer, tell);
    }
  } finally {
    await Promise.all([later.return(undefined), earlier.return(undefined)]);
  }
}

async function reviewStack(
  registered: Registered,
  earlier: Registered | undefined,
  renderer: Renderer,
  tell: (plan: Plan) => void,
): Promise<Review> {
  try {
    const after = await planOf(pinned(registered, earlier), renderer);
    tell(after);
    const before = earlier ? await earlierPlan(earlier, renderer) : emptyPlan(after);
    return compare(before, after);
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    return refused(registered.stack, error.problems);
  }
}

function pinned(registered: Registered, earlier: Registered | undefined): Registered {
  if ("problems" in registered || !earlier || "problems" in earlier) return registered;
  return { ...registered, resources: withIgnored(registered.resources, earlier.resources) };
}

async function earlierPlan(registered: Registered, renderer: Renderer): Promise<Plan> {
  try {
    return await planOf(registered, renderer);
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    throw new ProblemsError(
      error.problems.map((problem) => ({ ...problem, path: `${problem.path} (in the reference)` })),
    );
  }
}

function stacksToReview({ checkout, stack }: ReviewOptions): string[] {
  const known = stacksOf(checkout);
  if (stack === "all" && known.length > 0) return known;
  if (known.includes(stack)) return [stack];
  const problem: Problem = {
    path: stack,
    reason: `there is no file Pulumi.${stack}.yaml`,
    fix: `Name one of ${["all", ...known].join(", ")}.`,
  };
  throw new ProblemsError([problem]);
}
