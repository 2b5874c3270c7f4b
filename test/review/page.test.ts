import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { html } from "../../review/report/html.ts";
import { markdown } from "../../review/report/markdown.ts";
import { compare } from "../../review/review.ts";
import { findDebianProgram } from "../../toolchain/debian.ts";
import { itIsNotTried } from "../support/missing.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { Browser } from "./browser.ts";
import { claim, database, object, plan, rendered, resource, workload } from "./support.ts";

const hostile = "<img src=x onerror=alert(1)>\"'&";
const routes = rendered(
  object("traefik.io/v1alpha1", "IngressRoute", "speckle", {
    spec: {
      routes: [
        { match: "Host(`speckle.example.com`) && PathPrefix(`/`)", services: [{ name: hostile, port: 80 }] },
      ],
    },
  }),
);
const cluster = resource("digitalocean:index/kubernetesCluster:KubernetesCluster", "cluster", {
  nodePool: { size: "s-2vcpu-4gb", nodeCount: 2 },
});
const earlier = plan([cluster], [rendered(claim("2Gi")), rendered(workload("Deployment", { replicas: 2 }))]);
const later = plan(
  [cluster],
  [
    rendered(claim("1Gi")),
    rendered(
      workload(
        "Deployment",
        { replicas: 3 },
        { image: `a-very-long-name-without-any-break/${"x".repeat(150)}:2` },
      ),
    ),
    rendered(database()),
    routes,
  ],
);
const acknowledging = { ...later, settings: { ...later.settings, acknowledgeDataLoss: [hostile] } };
const reviews = [compare(earlier, acknowledging), compare(earlier, earlier)];

/** Contrast of every text with the colour behind it, the lowest first; WCAG 2's formula. */
const contrasts = `(() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = numbers(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll("main *:not(title)")].filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
  return texts.map((e) => {
    const style = getComputedStyle(e);
    const colour = e.closest("svg") ? style.fill : style.color;
    const [a, b] = [light(numbers(colour)), light(behind(e))].sort((x, y) => y - x);
    return { text: e.textContent.slice(0, 40), ratio: (a + 0.05) / (b + 0.05) };
  }).sort((x, y) => x.ratio - y.ratio);
})()`;

describe("a review as a page", () => {
  const page = html(reviews, "main");

  it("needs nothing from elsewhere and runs no script", () => {
    assert.doesNotMatch(page, /<script|<link|<img|@import|url\(|https?:\/\//);
  });

  it("shows what a proposal says as text, never as markup", () => {
    assert.ok(page.includes("&lt;img src=x onerror=alert(1)&gt;"));
    assert.doesNotMatch(page, /onerror=alert\(1\)>/);
    assert.doesNotMatch(markdown(reviews, "main"), /(?<!\\)<img/);
  });

  it("draws the nodes with their pods, the stores and the ways in", () => {
    for (const text of [
      "general-1",
      "heavy-1",
      "server-1",
      "speckle.example.com",
      "Cluster speckle/speckle-postgres",
    ])
      assert.ok(page.includes(text), text);
  });

  describe("in a real browser", function () {
    const chromium = findDebianProgram("chromium");
    if (!chromium)
      return itIsNotTried(
        "there is no Chromium",
        "see the first lines of `npm test` for the ways to have it",
      );
    this.timeout(120_000);
    let browser: Browser;
    const file = join(temporaryFolder("page"), "page.html");
    before(async () => {
      writeFileSync(file, page);
      browser = await Browser.start(chromium);
    });
    after(() => browser?.stop());

    for (const [device, width] of [
      ["a phone", 360],
      ["a desktop", 1280],
    ] as const) {
      for (const scheme of ["light", "dark"] as const) {
        it(`reads on ${device}, ${scheme}, without an error`, async () => {
          const url = pathToFileURL(file).href;
          await browser.open(url, width, scheme);
          const sizes = await browser.evaluate<{ wide: number; letters: number; dark: boolean }>(
            `({ wide: document.documentElement.scrollWidth, letters: parseFloat(getComputedStyle(document.body).fontSize),
                dark: matchMedia("(prefers-color-scheme: dark)").matches })`,
          );
          assert.ok(sizes.wide <= width, `the page is ${sizes.wide} wide on a screen of ${width}`);
          assert.ok(sizes.letters >= 16);
          assert.equal(sizes.dark, scheme === "dark");
          const [faintest] = await browser.evaluate<{ text: string; ratio: number }[]>(contrasts);
          assert.ok(faintest && faintest.ratio >= 4.5, JSON.stringify(faintest));
          assert.deepEqual(browser.complaints, []);
          assert.deepEqual([...new Set(browser.requests)], [url]);
        });
      }
    }
  });
});
