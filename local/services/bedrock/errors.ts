import { AwsError } from '../../contracts.ts';

/** Bedrock would refuse the request. */
export const invalid = (message: string) => new AwsError('ValidationException', 400, message);

/** A guardrail or version that the stack does not hold. */
export const notFound = (message: string) => new AwsError('ResourceNotFoundException', 404, message);
