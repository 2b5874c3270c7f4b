import type { Pod } from "../fit/pack.ts";
import type { Review } from "../review.ts";
import { htmlText } from "./html-text.ts";
import { percent } from "./words.ts";

/** Width of the picture in its own units; it is drawn for a phone, and a desktop shows it larger. */
const width = 380;
const margin = 10;
const inner = width - 2 * margin;

/** A part of the picture that knows how high it is. */
interface Part {
  readonly height: number;
  readonly draw: (top: number) => string;
}

/** The environment after the change: ways in, nodes with their pods packed in them, stores, and the edges of the network. */
export function picture({ stack, fit, sketch }: Review): string {
  if (!fit || fit.after.nodes.length === 0) return "";
  const { nodes, waiting, connections } = fit.after;
  const parts = [
    heading("Ways in"),
    ...boxes(
      sketch.hosts.map(({ host, routes }) => ({
        title: host,
        note: `${routes} ${routes === 1 ? "route" : "routes"}`,
      })),
    ),
    wire(),
    heading("Nodes, with the pods packed in them"),
    ...nodes.map(node),
    ...(waiting.length > 0 ? [warning(`No room: ${waiting.join(", ")}`)] : []),
    wire(),
    heading("Stores"),
    ...boxes(sketch.stores.map(({ name, size }) => ({ title: name, note: size }))),
    heading("Network"),
    ...boxes([
      {
        title:
          sketch.edges === 0 ? "no policies: every pod reaches every pod" : `${sketch.edges} allowed edges`,
        note: sketch.edges === 0 ? "" : `of ${sketch.policies} policies`,
      },
      {
        title: "PostgreSQL connections at the peak",
        note: `${connections.atPeak} of ${connections.max ?? "unknown"}`,
      },
    ]),
  ];
  let top = margin;
  const drawn = parts.map((part) => {
    const text = part.draw(top);
    top += part.height;
    return text;
  });
  const title = `The environment ${stack} after the change`;
  return `<svg viewBox="0 0 ${width} ${top + margin}" role="img" aria-label="${htmlText(title)}"><title>${htmlText(title)}</title>${drawn.join("")}</svg>`;
}

function heading(text: string): Part {
  return {
    height: 24,
    draw: (top) => `<text class="quiet" x="${margin}" y="${top + 16}">${htmlText(text)}</text>`,
  };
}

function wire(): Part {
  const x = width / 2;
  return {
    height: 22,
    draw: (top) => `<path class="wire" d="M${x} ${top + 2}v14m-4-5l4 5l4-5"/>`,
  };
}

function warning(text: string): Part {
  return {
    height: 20,
    draw: (top) =>
      `<text class="waiting" x="${margin}" y="${top + 14}">${htmlText(clipped(text, inner))}</text>`,
  };
}

function boxes(items: readonly { readonly title: string; readonly note: string }[]): Part[] {
  return items.map(({ title, note }) => ({
    height: 36,
    draw: (top) =>
      `<rect class="box" x="${margin}" y="${top}" width="${inner}" height="30" rx="6"/>` +
      `<text x="${margin + 10}" y="${top + 20}">${htmlText(clipped(title, inner - 110))}</text>` +
      `<text class="quiet" x="${width - margin - 10}" y="${top + 19}" text-anchor="end">${htmlText(note)}</text>`,
  }));
}

/** A node as high as its pods need: each pod a tile whose width is its share of the node's memory. */
function node(placed: NonNullable<Review["fit"]>["after"]["nodes"][number]): Part {
  const rows = rowsOf(placed.pods, placed.node.memory);
  const height = 44 + rows.length * 24;
  const used = (resource: "cpu" | "memory") =>
    placed.pods.reduce((sum, pod) => sum + pod[resource], 0) / placed.node[resource];
  const heavy = placed.node.pool === "heavy" ? " on-heavy" : "";
  return {
    height: height + 8,
    draw: (top) => {
      const tiles = rows.flatMap((row, index) =>
        row.map(
          ({ pod, x, size }) =>
            `<rect class="pod${heavy}" x="${margin + 8 + x}" y="${top + 38 + index * 24}" width="${size - 3}" height="20" rx="3"><title>${htmlText(pod.name)}</title></rect>` +
            `<text x="${margin + 13 + x}" y="${top + 52 + index * 24}" font-size="11" style="font-size:11px">${htmlText(clipped(pod.name.replace(/^speckle-/, ""), size - 13, 6.4))}</text>`,
        ),
      );
      const bar = inner - 16;
      return (
        `<rect class="box" x="${margin}" y="${top}" width="${inner}" height="${height}" rx="6"/>` +
        `<text x="${margin + 8}" y="${top + 18}">${htmlText(placed.node.name)}</text>` +
        `<text class="quiet" x="${width - margin - 8}" y="${top + 17}" text-anchor="end">CPU ${percent(used("cpu"))}, memory ${percent(used("memory"))}</text>` +
        `<rect class="bar" x="${margin + 8}" y="${top + 25}" width="${bar}" height="5" rx="2.5"/>` +
        `<rect class="fill" x="${margin + 8}" y="${top + 25}" width="${bar * Math.min(1, used("memory"))}" height="5" rx="2.5"/>` +
        tiles.join("")
      );
    },
  };
}

interface Tile {
  readonly pod: Pod;
  readonly x: number;
  readonly size: number;
}

/** Tiles in rows, three or fewer in each: none is too narrow for its name to be recognised. */
function rowsOf(pods: readonly Pod[], memory: number): Tile[][] {
  const room = inner - 16;
  const rows: Tile[][] = [];
  let x = room;
  for (const pod of pods) {
    const size = Math.min(room, Math.max(room / 3, (pod.memory / memory) * room));
    if (x + size > room) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ pod, x, size });
    x += size;
  }
  return rows;
}

/** A text that fits a width, by the usual width of a letter. */
function clipped(text: string, room: number, letter = 7): string {
  const most = Math.max(1, Math.floor(room / letter));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
