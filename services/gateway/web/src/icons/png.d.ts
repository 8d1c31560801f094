/** The address of a picture. */
declare module "*.png" {
  const address: string;
  export default address;
}
