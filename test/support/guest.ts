/** Settings of an environment that shares the cluster of another one. */
export const guest = {
  preset: "dev",
  domain: "second.example.com",
  namespace: "second",
  cluster: { type: "existing", kubeconfig: "./kubeconfig", context: "office" },
  clusterServices: "shared",
};
