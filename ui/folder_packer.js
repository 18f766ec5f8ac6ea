// Packs a chosen folder into one TAR before Streamlit's uploader sees it. The uploader sends file by file and draws its
// list anew for each: 800 photos take 24 seconds and 3,000 do not end. A TAR is made of the files where they lie, without
// reading them, so memory stays flat. When anything here fails, the uploader goes on in its own way.
(() => {
  if (window.fittingRoomPacksFolders) return;
  window.fittingRoomPacksFolders = true;
  const MANY = 100; // files; fewer come quickly enough
  const BLOCK = 512; // bytes: everything in a TAR is padded to it
  const LONG_NAME = "L".charCodeAt(0), FILE = "0".charCodeAt(0);
  const utf8 = new TextEncoder();

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.webkitdirectory || input.files.length < MANY) return;
    const packed = new DataTransfer();
    try {
      packed.items.add(tar(wanted(input)));
      input.files = packed.files;
    } catch (error) {
      console.warn("The folder is sent file by file:", error);
      return;
    }
    event.stopImmediatePropagation();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }, true);

  // What the uploader would take, without what systems leave behind.
  function wanted(input) {
    const endings = input.accept.toLowerCase().split(",").map((each) => each.trim()).filter((each) => each.startsWith("."));
    return [...input.files].filter((file) => !/(^|\/)(\.|__macosx\/)/i.test(file.webkitRelativePath)
      && (endings.length === 0 || endings.some((ending) => file.name.toLowerCase().endsWith(ending))));
  }

  function tar(files) {
    const parts = [];
    for (const file of files) {
      const name = utf8.encode(file.webkitRelativePath);
      if (name.length > 100) parts.push(header(utf8.encode("././@LongLink"), name.length + 1, LONG_NAME), padded(name));
      parts.push(header(name, file.size, FILE), file, new Uint8Array(-file.size & (BLOCK - 1)));
    }
    const folder = (files[0]?.webkitRelativePath ?? "folder").split("/")[0];
    return new File([...parts, new Uint8Array(2 * BLOCK)], `${folder}.tar`, { type: "application/x-tar" });
  }

  function padded(name) {
    const blocks = new Uint8Array(Math.ceil((name.length + 1) / BLOCK) * BLOCK);
    blocks.set(name);
    return blocks;
  }

  // POSIX ustar: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
  function header(name, size, type) {
    const block = new Uint8Array(BLOCK);
    const put = (at, text) => block.set(utf8.encode(text), at);
    const octal = (number, digits) => number.toString(8).padStart(digits, "0");
    block.set(name.subarray(0, 100));
    put(100, "0000644\0" + "0000000\0" + "0000000\0" + octal(size, 11) + "\0" + octal(0, 11) + "\0" + " ".repeat(8));
    block[156] = type;
    put(257, "ustar\0" + "00");
    put(148, octal(block.reduce((sum, byte) => sum + byte, 0), 6) + "\0 ");
    return block;
  }
})();
