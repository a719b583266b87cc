import { AwsError } from '../../contracts.ts';

/** The request is not one Bedrock would take. */
export const invalid = (message: string) => new AwsError('ValidationException', 400, message);

/** A guardrail or version that the stack does not hold. */
export const notFound = (message: string) => new AwsError('ResourceNotFoundException', 404, message);
