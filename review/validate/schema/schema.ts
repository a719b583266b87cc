/** A type of Terraform's, as its protocol writes it in JSON: `"string"`, `["list", "string"]`. */
export type Type = string | readonly ['list' | 'set' | 'map', string];

export interface Attribute {
  readonly type: Type;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
}

export interface Block {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly blocks: Readonly<Record<string, NestedBlock>>;
}

export interface NestedBlock extends Block {
  readonly nesting: 'list' | 'set';
  readonly required: boolean;
}
