import { type ChildProcess, spawn } from "node:child_process";
import { chromiumFlags } from "../support/chromium.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** One page in a headless browser, over the browser's own debugging protocol. */
export class Browser {
  readonly #process: ChildProcess;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve: (value: any) => void; reject: (error: Error) => void }>();
  /** What the page complained about: errors of scripts, of its policy, of anything it could not load. */
  readonly complaints: string[] = [];
  /** Addresses the page asked for. */
  readonly requests: string[] = [];
  #calls = 0;
  #loaded: () => void = () => {};

  private constructor(process: ChildProcess, socket: WebSocket) {
    this.#process = process;
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#receive(JSON.parse(String(data))));
  }

  /** Starts the browser with an empty page. */
  static async start(program: string): Promise<Browser> {
    const flags = [...chromiumFlags, "--remote-debugging-port=0"];
    const child = spawn(program, [...flags, `--user-data-dir=${temporaryFolder("browser")}`, "about:blank"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const address = await debuggerAddress(child);
    const targets = (await (await fetch(`http://${address}/json/list`)).json()) as {
      type: string;
      webSocketDebuggerUrl: string;
    }[];
    const page = targets.find(({ type }) => type === "page");
    if (!page) throw new Error("the browser has no page");
    const socket = new WebSocket(page.webSocketDebuggerUrl);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", reject);
    });
    const browser = new Browser(child, socket);
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await browser.#call(`${domain}.enable`);
    return browser;
  }

  /** Opens a file on a screen of a width, for a reader who wants light or dark. */
  async open(url: string, width: number, scheme: "light" | "dark"): Promise<void> {
    await this.#call("Emulation.setDeviceMetricsOverride", {
      width,
      height: 900,
      deviceScaleFactor: 1,
      mobile: width < 600,
    });
    await this.#call("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: scheme }],
    });
    const loaded = new Promise<void>((resolve) => {
      this.#loaded = resolve;
    });
    await this.#call("Page.navigate", { url });
    await loaded;
  }

  /** The value of an expression in the page. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.#call("Runtime.evaluate", {
      expression,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.on("close", resolve));
    this.#socket.close();
    this.#process.kill();
    await ended;
  }

  #call(method: string, params: object = {}): Promise<any> {
    this.#calls += 1;
    const id = this.#calls;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #receive({ id, result, error, method, params }: any): void {
    if (id !== undefined) {
      const call = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) call?.reject(new Error(error.message));
      else call?.resolve(result);
      return;
    }
    if (method === "Page.loadEventFired") this.#loaded();
    if (method === "Runtime.exceptionThrown") this.complaints.push(params.exceptionDetails.text);
    if (method === "Log.entryAdded") this.complaints.push(params.entry.text);
    if (method === "Network.requestWillBeSent") this.requests.push(params.request.url);
  }
}

async function debuggerAddress(child: ChildProcess): Promise<string> {
  let words = "";
  for await (const chunk of child.stderr ?? []) {
    words += chunk;
    const address = /listening on ws:\/\/([^/]+)\//.exec(words)?.[1];
    if (address) {
      child.stderr?.resume();
      return address;
    }
  }
  throw new Error(`the browser did not start: ${words.trim().split("\n").at(-1)}`);
}
