export default function extra() {}
