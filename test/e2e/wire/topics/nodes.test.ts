// Topics on one node, and with every two clients on different ones.

import { describeNodes } from "../../../support/two-nodes.ts";
import { playTopics } from "./topics.ts";

describeNodes(playTopics);
