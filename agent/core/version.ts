/** This agent's version, as it is reported and enrolled. */
export const AGENT_VERSION = '0.1.0';
