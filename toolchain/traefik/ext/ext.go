// Package ext stands for a module of Traefik's that no module proxy serves: the hooks of its commercial edition, empty.
package ext

// HTTP adds nothing to a service.
type HTTP struct{}

// DeepCopyInto copies nothing.
func (*HTTP) DeepCopyInto(*HTTP) {}

// Router adds nothing to a router.
type Router struct{}

// DeepCopyInto copies nothing.
func (*Router) DeepCopyInto(*Router) {}
