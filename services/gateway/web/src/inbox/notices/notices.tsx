/** Mounted once in the shell, as long as somebody is signed in. */
export function Notices() {
  return null;
}
