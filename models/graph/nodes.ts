import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type ModelProto,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
} from 'onnx-buf';

/** An attribute's value with its kind, since a plain number could be an int or a float. */
export type AttributeValue =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly string: string }
  | { readonly strings: readonly string[] }
  | { readonly tensor: TensorProto };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function attributeOf(node: NodeProto, name: string): AttributeProto | undefined {
  return node.attribute.find((attribute) => attribute.name === name);
}

/** An integer attribute, or the fallback (undefined without one) where the node does not carry it. */
export function attributeInt(node: NodeProto, name: string): number | undefined;
export function attributeInt(node: NodeProto, name: string, fallback: number): number;
export function attributeInt(node: NodeProto, name: string, fallback?: number): number | undefined {
  const attribute = attributeOf(node, name);
  return attribute === undefined ? fallback : Number(attribute.i);
}

/** A list of integers, or undefined where the node does not carry the attribute. */
export function attributeInts(node: NodeProto, name: string): number[] | undefined {
  return attributeOf(node, name)?.ints.map(Number);
}

/** A float attribute, or the fallback (undefined without one) where the node does not carry it. */
export function attributeFloat(node: NodeProto, name: string): number | undefined;
export function attributeFloat(node: NodeProto, name: string, fallback: number): number;
export function attributeFloat(node: NodeProto, name: string, fallback?: number): number | undefined {
  return attributeOf(node, name)?.f ?? fallback;
}

/** A list of floats, or undefined where the node does not carry the attribute. */
export function attributeFloats(node: NodeProto, name: string): number[] | undefined {
  return attributeOf(node, name)?.floats;
}

/** A string attribute, or the fallback (undefined without one) where the node does not carry it. */
export function attributeString(node: NodeProto, name: string): string | undefined;
export function attributeString(node: NodeProto, name: string, fallback: string): string;
export function attributeString(node: NodeProto, name: string, fallback?: string): string | undefined {
  const attribute = attributeOf(node, name);
  return attribute === undefined ? fallback : decoder.decode(attribute.s);
}

/** A tensor attribute, or undefined where the node does not carry it. */
export function attributeTensor(node: NodeProto, name: string): TensorProto | undefined {
  return attributeOf(node, name)?.t;
}

function makeAttribute(name: string, value: AttributeValue): AttributeProto {
  if ('int' in value) {
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value.int) });
  }
  if ('ints' in value) {
    return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.ints.map(BigInt) });
  }
  if ('float' in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float });
  if ('floats' in value) {
    return create(AttributeProtoSchema, { name, type: AttributeType.FLOATS, floats: [...value.floats] });
  }
  if ('string' in value) {
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: encoder.encode(value.string) });
  }
  if ('strings' in value) {
    const strings = value.strings.map((text) => encoder.encode(text));
    return create(AttributeProtoSchema, { name, type: AttributeType.STRINGS, strings });
  }
  return create(AttributeProtoSchema, { name, type: AttributeType.TENSOR, t: value.tensor });
}

/** Sets an attribute of a node in place, replacing one of the same name. */
export function setAttribute(node: NodeProto, name: string, value: AttributeValue): void {
  const attribute = makeAttribute(name, value);
  const index = node.attribute.findIndex((existing) => existing.name === name);
  if (index < 0) node.attribute.push(attribute);
  else node.attribute[index] = attribute;
}

/** A node of the default domain (or of `domain`); an empty string in `inputs` leaves an optional input out. */
export function makeNode(
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  more: {
    readonly name?: string;
    readonly domain?: string;
    readonly attributes?: Readonly<Record<string, AttributeValue>>;
  } = {},
): NodeProto {
  return create(NodeProtoSchema, {
    opType,
    input: [...inputs],
    output: [...outputs],
    ...(more.name === undefined ? {} : { name: more.name }),
    ...(more.domain === undefined ? {} : { domain: more.domain }),
    attribute: Object.entries(more.attributes ?? {}).map(([name, value]) => makeAttribute(name, value)),
  });
}

/** True for the two ways of writing the default operator domain. */
export function isDefaultDomain(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

/** The opset version of the default domain; 1 where the file imports none, as the ONNX standard says. */
export function opsetOf(proto: ModelProto): number {
  const entry = proto.opsetImport.find((candidate) => isDefaultDomain(candidate.domain));
  return entry === undefined ? 1 : Number(entry.version);
}
