/** What can be made to go wrong with a request to DynamoDB. */
export const databaseFaults = ['throttle', 'error', 'timeout', 'conflict', 'lost'] as const;
export type DatabaseFault = (typeof databaseFaults)[number];
