/**
 * What `GET /` says. Clients take the first two parts of the version for the protocol they may speak and switch
 * features by it, so it is the version of Kafka Connect this API answers like; our own goes where Connect has its
 * commit id, which nobody interprets.
 */
export const connectVersion = '4.3.1';
export const connectCommit = 'millrace-0.1.0';
