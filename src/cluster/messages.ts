// What a node's log says of the cluster.

export const messages = {
  all: "Redis is reached: the peers of all nodes meet",
  some: "a part of Redis cannot be reached: of some topics only the peers of this node meet",
  none: "Redis cannot be reached: only the peers of this node meet",
  gone: "another node is gone, and all its peers with it",
  full: "Redis takes no keys: the other nodes cannot know this one",
} as const;
