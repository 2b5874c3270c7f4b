import { readFileSync } from "node:fs";

/** Port at which the machine takes the cluster's reports; open to the cluster alone. */
export const receiverPort = 8900;

/** What the machine forwards: a port of its own to a port of every node. */
export interface ForwardedPort {
  readonly listen: number;
  readonly node: number;
}

/** What a machine is told when it starts. */
export interface MachineText {
  /** Reports are signed with it. */
  readonly secret: string;
  /** Ranges in which nodes have their addresses: traffic is forwarded nowhere else. */
  readonly nodeRanges: readonly string[];
}

/** Everything outside the cluster that the machine itself reaches, besides nodes: packages, names and time. */
export const outward = [
  { protocol: "tcp", port: 80 },
  { protocol: "tcp", port: 443 },
  { protocol: "tcp", port: 53 },
  { protocol: "udp", port: 53 },
  { protocol: "udp", port: 123 },
] as const;

/** Debian's release: its HAProxy is the one that the configuration is tested with. */
export const debian = 12;

const name = "speckle-entry";
const program = `/usr/local/lib/${name}/receiver.py`;
const secretFile = `/etc/${name}/secret`;
const state = `/var/lib/${name}`;
const master = "/run/haproxy-master.sock";

/** Where the receiver finds what it works with. */
export interface ReceiverPlaces {
  readonly listen: string;
  readonly secret: string;
  readonly state: string;
  readonly base: string;
  readonly master: string;
}

/** What the receiver is started with. */
export function receiverArguments(places: ReceiverPlaces, nodeRanges: readonly string[]): string[] {
  return [...Object.entries(places), ["nodes", nodeRanges.join(",")]].map(
    ([key, value]) => `--${key}=${value}`,
  );
}

/** What HAProxy is started with besides its own file: the receiver's file, and a socket to be told by. */
export function haproxyArguments(places: Pick<ReceiverPlaces, "state" | "master">, access: string): string[] {
  return ["-S", `${places.master},${access}`, "-f", `${places.state}/haproxy.cfg`];
}

/** The program that runs on the machine, as text. */
export function receiverProgram(): string {
  return readFileSync(new URL("./receiver.py", import.meta.url), "utf8");
}

/**
 * The machine's user data, for cloud-init. It holds a secret, and whoever may read the cloud's description of the
 * machine may read it; with it one could send traffic to other nodes' ports, which are the same Traefik.
 */
export function userData({ secret, nodeRanges }: MachineText): string {
  return `#cloud-config\n${JSON.stringify(cloudConfig(secret, nodeRanges), null, 1)}\n`;
}

function cloudConfig(secret: string, nodeRanges: readonly string[]) {
  const file = (path: string, content: string, permissions = "0644") => ({ path, content, permissions });
  return {
    // Nobody logs in: a machine that is not well is made anew.
    users: [{ name, system: true, no_create_home: true, shell: "/usr/sbin/nologin" }],
    disable_root: true,
    ssh_pwauth: false,
    package_update: true,
    packages: ["haproxy", "python3", "unattended-upgrades"],
    write_files: [
      file(program, receiverProgram()),
      file(secretFile, secret, "0600"),
      file(`/etc/systemd/system/${name}.service`, receiverUnit(nodeRanges)),
      file(`/etc/systemd/system/haproxy.service.d/${name}.conf`, haproxyUnit),
      file(`/etc/apt/apt.conf.d/52${name}`, upgrades),
    ],
    runcmd: [
      ["systemctl", "disable", "--now", "ssh"],
      ["systemctl", "daemon-reload"],
      ["systemctl", "enable", "--now", `${name}.service`],
      ["systemctl", "restart", "haproxy.service"],
    ],
  };
}

function receiverUnit(nodeRanges: readonly string[]): string {
  // systemd hands the secret over, which only root can read.
  const places = {
    listen: `0.0.0.0:${receiverPort}`,
    secret: "%d/secret",
    state,
    base: "/etc/haproxy/haproxy.cfg",
    master,
  };
  return `[Unit]
Description=Takes the cluster's reports of its nodes
Wants=network-online.target
After=network-online.target

[Service]
User=${name}
StateDirectory=${name}
LoadCredential=secret:${secretFile}
ExecStartPre=/usr/bin/touch ${state}/haproxy.cfg
ExecStart=/usr/bin/python3 ${program} ${receiverArguments(places, nodeRanges).join(" ")}
Restart=always
RestartSec=2
MemoryMax=256M
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictNamespaces=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6

[Install]
WantedBy=multi-user.target
`;
}

const haproxyUnit = `[Unit]
Wants=${name}.service
After=${name}.service

[Service]
Environment="EXTRAOPTS=${haproxyArguments({ state, master }, `mode,660,group,${name}`).join(" ")}"
`;

/** Debian's fixes are installed every night, and a new kernel is started. */
const upgrades = `APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
Unattended-Upgrade::Automatic-Reboot "true";
Unattended-Upgrade::Automatic-Reboot-Time "03:30";
`;
