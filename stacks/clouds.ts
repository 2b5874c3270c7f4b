import type { ClusterArgs, ClusterChoice } from "../components/environment-args.ts";

/** A stack's cluster with what makes it; a cloud's SDK is loaded only when that cloud was chosen. */
export async function withCloud(cluster: ClusterChoice): Promise<ClusterArgs> {
  switch (cluster.type) {
    case "digitalocean": {
      const { digitalocean } = await import("../components/cluster/digitalocean.ts");
      return { ...cluster, ...digitalocean };
    }
    case "aws": {
      const { aws } = await import("../components/cluster/aws.ts");
      return { ...cluster, ...aws };
    }
    default:
      return cluster;
  }
}
