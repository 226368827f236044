// Made by `trtheaders guard @RELEASE@`. Compile it into your program or shared object (not into a static library of its
// own: nothing refers to it, so the linker would leave it out).
//
// A wheel is upgraded after programs were built. The old program then starts with the new library, links, and reads
// members where they no longer lie. Before main, and before what else runs before it, this looks for the
// libtensorrt_llm.so that the loader brought, asks it for its release, for the symbols that the headers promise, and
// where its accessors read their members. If it is another one, the program ends here, with one line and exit code 127,
// the loader's own.
//
// TRTHEADERS_GUARD=warn goes on after that line, TRTHEADERS_GUARD=off says nothing. A library that is opened later, by
// dlopen, is not compared; a shared object with a guard of its own, opened by dlopen, is. A program that runs with other
// rights than its user's (setuid, capabilities) obeys no such variable, as the loader obeys none of its own there.
//
// It needs nothing but libc, and reads what the loader has in memory already: no file is opened.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// What a linker can be told to look for (`-u trtheaders_guard`), so that it takes this out of an archive.
extern "C"
{
extern const char trtheaders_guard[] __attribute__((weak, visibility("hidden"))); // several may be linked into one
const char trtheaders_guard[] = "@RELEASE@";
}

namespace
{

struct Promised
{
    uint32_t hash; // of the symbol, as in DT_GNU_HASH
    uint32_t size; // of an object, such as a vtable; 0 for a function
};

const char kRelease[] = "@RELEASE@";
const char kVersion[] = "@VERSION@"; // what version() of that library returns
const char kVersionFunction[] = "@VERSION_FUNCTION@";
const Promised kPromised[] = { // in the order of the hashes
@PROMISED@
};
const size_t kCount = sizeof kPromised / sizeof kPromised[0];

struct Member
{
    uint32_t hash; // of a function that does nothing but read a member
    uint32_t offset; // of that member, in bytes
};

const Member kMembers[] = {
@MEMBERS@
    {0, 0},
};
// The GNU build id of the only library that will do, and a last byte that does not count; nothing else where any build of
// the release will do.
const unsigned char kBuild[] = {@BUILD@0};
const size_t kMemberCount = sizeof kMembers / sizeof kMembers[0] - 1;

struct Library
{
    const char* path;
    ElfW(Addr) base;
    const ElfW(Sym)* symbols;
    const char* strings;
    const uint32_t* gnuHash;
    const uint32_t* oldHash;
    bool isThatBuild;
};

struct Verdict
{
    bool off;
    bool warn;
    int found;
    bool wrong;
};

class Line
{
public:
    void add(const char* text)
    {
        size_t length = strlen(text);
        if (length > sizeof mText - mLength - 1)
            length = sizeof mText - mLength - 1;
        memcpy(mText + mLength, text, length);
        mLength += length;
    }

    void add(size_t number)
    {
        char digits[24];
        char* at = digits + sizeof digits;
        *--at = '\0';
        do
            *--at = static_cast<char>('0' + number % 10);
        while ((number /= 10) != 0);
        add(at);
    }

    void end()
    {
        mText[mLength++] = '\n';
        if (write(STDERR_FILENO, mText, mLength) < 0)
            return;
    }

private:
    char mText[4096];
    size_t mLength = 0;
};

void addProgram(Line& line)
{
    char path[1024];
    ssize_t const length = readlink("/proc/self/exe", path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    line.add("trtheaders guard: `");
    line.add(length > 0 ? path : "this program");
    line.add("`");
}

uint32_t hashOf(const char* name)
{
    uint32_t hash = 5381;
    for (; *name; ++name)
        hash = hash * 33 + static_cast<unsigned char>(*name);
    return hash;
}

// The first symbol with that hash, and that name and size where they are asked for; null if there is none.
const ElfW(Sym)* find(Library const& library, uint32_t hash, const char* name, uint32_t size)
{
    const uint32_t* const table = library.gnuHash;
    uint32_t const buckets = table[0], first = table[1], words = table[2], shift = table[3];
    const ElfW(Addr)* const bloom = reinterpret_cast<const ElfW(Addr)*>(table + 4);
    const uint32_t* const bucket = reinterpret_cast<const uint32_t*>(bloom + words);
    const uint32_t* const chain = bucket + buckets;
    uint32_t const bits = sizeof(ElfW(Addr)) * 8;
    if (buckets == 0 || words == 0)
        return nullptr;
    ElfW(Addr) const word = bloom[hash / bits % words];
    if (!(word >> hash % bits & word >> (hash >> shift) % bits & 1))
        return nullptr;
    uint32_t index = bucket[hash % buckets];
    if (index < first)
        return nullptr;
    for (;; ++index)
    {
        uint32_t const other = chain[index - first];
        const ElfW(Sym)* const symbol = library.symbols + index;
        if ((other | 1) == (hash | 1) && (!name || strcmp(library.strings + symbol->st_name, name) == 0)
            && (size == 0 || symbol->st_size == size))
            return symbol;
        if (other & 1)
            return nullptr;
    }
}

size_t countPromised(uint32_t hash, const ElfW(Sym)& symbol, bool (&seen)[kCount])
{
    size_t low = 0, high = kCount, news = 0;
    while (low < high)
    {
        size_t const middle = (low + high) / 2;
        if (kPromised[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < kCount && kPromised[low].hash == hash; ++low)
    {
        if (seen[low] || (kPromised[low].size != 0 && kPromised[low].size != symbol.st_size))
            continue;
        seen[low] = true;
        ++news;
    }
    return news;
}

// A library with the older hash table only: every symbol is looked at.
size_t countMissingSlowly(Library const& library)
{
    static bool seen[kCount];
    memset(seen, 0, sizeof seen);
    size_t missing = kCount;
    for (uint32_t index = 1; index < library.oldHash[1]; ++index)
        if (library.symbols[index].st_shndx != SHN_UNDEF)
            missing -= countPromised(
                hashOf(library.strings + library.symbols[index].st_name), library.symbols[index], seen);
    return missing;
}

size_t countMissing(Library const& library)
{
    if (!library.gnuHash)
        return library.oldHash ? countMissingSlowly(library) : 0;
    size_t missing = 0;
    for (size_t at = 0; at < kCount; ++at)
        missing += find(library, kPromised[at].hash, nullptr, kPromised[at].size) ? 0U : 1U;
    return missing;
}

// The offset from its first argument that a function reads before it returns (`mov 24(%rdi), %eax; ret`); -1 where it
// does anything else, so that a library of another compiler shows nothing rather than something wrong.
int64_t readOffset(const unsigned char* code, size_t size)
{
#if defined(__x86_64__)
    static const unsigned char endbr64[] = {0xf3, 0x0f, 0x1e, 0xfa};
    if (size >= sizeof endbr64 && memcmp(code, endbr64, sizeof endbr64) == 0)
    {
        code += sizeof endbr64;
        size -= sizeof endbr64;
    }
    if (size < 3)
        return -1;
    size_t at = code[0] == 0x66 || code[0] == 0xf2 || code[0] == 0xf3 ? 1 : 0;
    if ((code[at] & 0xf1) == 0x41)
        return -1;
    at += (code[at] & 0xf0) == 0x40 ? 1 : 0;
    bool const isLong = code[at] == 0x0f;
    at += isLong ? 1 : 0;
    if (at + 3 > size)
        return -1;
    unsigned char const opcode = code[at];
    bool const isLoad = isLong ? memchr("\xb6\xb7\xbe\xbf\x10\x28\x6f", opcode, 7) != nullptr
                               : memchr("\x8a\x8b\x8d\x63", opcode, 4) != nullptr;
    size_t const mode = code[at + 1] >> 6, width = mode == 2 ? 4 : mode;
    if (!isLoad || mode == 3 || (code[at + 1] & 7) != 7 || at + 3 + width > size || code[at + 2 + width] != 0xc3)
        return -1;
    int32_t wide = 0;
    memcpy(&wide, code + at + 2, width);
    return mode == 1 ? static_cast<signed char>(code[at + 2]) : wide;
#elif defined(__aarch64__)
    // Arm Architecture Reference Manual, "Load/store register (unsigned immediate)": `ldr w0, [x0, 24]`, then `ret`.
    uint32_t words[3] = {0, 0, 0};
    memcpy(words, code, size < sizeof words ? size & ~static_cast<size_t>(3) : sizeof words);
    bool const isMarked = words[0] == 0xd503245fU; // bti c
    uint32_t const word = words[isMarked ? 1 : 0];
    if (words[isMarked ? 2 : 1] != 0xd65f03c0U || (word >> 5 & 31U) != 0)
        return -1;
    int64_t const offset = static_cast<int64_t>(word >> 10 & 0xfffU);
    uint32_t const width = word >> 30, vector = word >> 26 & 1U, kind = word >> 22 & 3U;
    if ((word & 0xff80001fU) == 0x91000000U) // add x0, x0, 24
        return offset << ((kind & 1U) != 0 ? 12 : 0);
    if ((word >> 24 & 0x3bU) != 0x39U || kind == 0 || (kind == 2 && (vector != 0 || width == 3))
        || (kind == 3 && vector != 0 && width != 0))
        return -1;
    return offset << (vector != 0 && kind == 3 ? 4 : width);
#else
    static_cast<void>(code);
    static_cast<void>(size);
    return -1;
#endif
}

size_t countMoved(Library const& library)
{
    size_t moved = 0;
    for (size_t at = 0; library.gnuHash && at < kMemberCount; ++at)
    {
        const ElfW(Sym)* const symbol = find(library, kMembers[at].hash, nullptr, 0);
        if (!symbol || (symbol->st_info & 0xf) != STT_FUNC)
            continue;
        int64_t const offset = readOffset(
            reinterpret_cast<const unsigned char*>(library.base + symbol->st_value), static_cast<size_t>(symbol->st_size));
        moved += offset >= 0 && offset != static_cast<int64_t>(kMembers[at].offset) ? 1U : 0U;
    }
    return moved;
}

// What version() of the library returns, which is a constant; null where it has no such function.
const char* versionOf(Library const& library)
{
    const ElfW(Sym)* found = nullptr;
    if (library.gnuHash)
        found = find(library, hashOf(kVersionFunction), kVersionFunction, 0);
    else
        for (uint32_t index = 1; library.oldHash && index < library.oldHash[1]; ++index)
            if (library.symbols[index].st_shndx != SHN_UNDEF
                && strcmp(library.strings + library.symbols[index].st_name, kVersionFunction) == 0)
                found = library.symbols + index;
    if (!found || (found->st_info & 0xf) != STT_FUNC)
        return nullptr;
    typedef const char* (*Function)();
    return reinterpret_cast<Function>(library.base + found->st_value)();
}

// Equal but for a local suffix: `1.1.0+cu130` is 1.1.0.
bool isSame(const char* version)
{
    size_t const length = strcspn(version, "+");
    return length == sizeof kVersion - 1 && memcmp(version, kVersion, length) == 0;
}

void tell(Library const& library, const char* version, size_t missing, size_t moved, bool warn)
{
    Line line;
    addProgram(line);
    line.add(" was built for TensorRT-LLM ");
    line.add(kRelease);
    line.add(", and the library that is loaded, `");
    line.add(library.path);
    line.add("`, ");
    if (version && !isSame(version))
    {
        line.add("is ");
        line.add(version);
    }
    else if (!library.isThatBuild)
        line.add("is another build of it");
    else if (missing != 0)
    {
        line.add("lacks ");
        line.add(missing);
        line.add(" of ");
        line.add(kCount);
        line.add(" symbols of it");
    }
    else
    {
        line.add("says so too, and reads ");
        line.add(moved);
        line.add(" of ");
        line.add(kMemberCount);
        line.add(" members at other places");
    }
    line.add(": install tensorrt-llm==");
    line.add(kRelease);
    line.add(", or build the program again with the headers of the library");
    if (!warn)
        line.add(" (TRTHEADERS_GUARD=warn goes on all the same)");
    line.end();
}

void judge(Library const& library, Verdict& verdict)
{
    const char* const version = versionOf(library);
    bool const other = version && !isSame(version);
    size_t const missing = other ? 0 : countMissing(library);
    size_t const moved = other || missing != 0 ? 0 : countMoved(library);
    if (!other && library.isThatBuild && missing == 0 && moved == 0)
        return;
    verdict.wrong = true;
    tell(library, version, missing, moved, verdict.warn);
}

template <typename T>
void point(T*& pointer, ElfW(Addr) base, ElfW(Addr) address)
{
    // glibc has relocated what the dynamic section says, other loaders have not.
    pointer = reinterpret_cast<T*>(address < base ? base + address : address);
}

bool isOurs(const char* path)
{
    static const char wanted[] = "libtensorrt_llm.so";
    const char* const slash = path ? strrchr(path, '/') : nullptr;
    const char* const name = slash ? slash + 1 : path;
    return name && strncmp(name, wanted, sizeof wanted - 1) == 0;
}

// Whether a note segment holds the build id that is asked for (gABI, "Note Section": name, description, both padded).
bool holdsBuild(const unsigned char* at, size_t size)
{
    while (size >= sizeof(ElfW(Nhdr)))
    {
        ElfW(Nhdr) head;
        memcpy(&head, at, sizeof head);
        size_t const name = (head.n_namesz + 3U) & ~static_cast<size_t>(3), start = sizeof head + name;
        size_t const all = start + ((head.n_descsz + 3U) & ~static_cast<size_t>(3));
        if (all > size)
            return false;
        if (head.n_type == NT_GNU_BUILD_ID && head.n_namesz == 4 && memcmp(at + sizeof head, "GNU", 4) == 0)
            return head.n_descsz == sizeof kBuild - 1 && memcmp(at + start, kBuild, sizeof kBuild - 1) == 0;
        at += all;
        size -= all;
    }
    return false;
}

// What the dynamic section says, and whether the library is TensorRT-LLM's by its path or by its own name (gABI,
// DT_SONAME): a preloaded one may lie in a file of any name.
bool readDynamic(const ElfW(Dyn)* row, Library& library)
{
    size_t name = 0;
    bool named = false;
    for (; row->d_tag != DT_NULL; ++row)
    {
        if (row->d_tag == DT_SYMTAB)
            point(library.symbols, library.base, row->d_un.d_ptr);
        else if (row->d_tag == DT_STRTAB)
            point(library.strings, library.base, row->d_un.d_ptr);
        else if (row->d_tag == DT_GNU_HASH)
            point(library.gnuHash, library.base, row->d_un.d_ptr);
        else if (row->d_tag == DT_HASH)
            point(library.oldHash, library.base, row->d_un.d_ptr);
        else if (row->d_tag == DT_SONAME)
        {
            name = static_cast<size_t>(row->d_un.d_val);
            named = true;
        }
    }
    if (!library.symbols || !library.strings)
        return false;
    return isOurs(library.path) || (named && isOurs(library.strings + name));
}

int visit(dl_phdr_info* info, size_t, void* argument)
{
    Library library = {info->dlpi_name, info->dlpi_addr, nullptr, nullptr, nullptr, nullptr, sizeof kBuild == 1};
    bool ours = false;
    for (ElfW(Half) at = 0; at < info->dlpi_phnum; ++at)
        if (info->dlpi_phdr[at].p_type == PT_DYNAMIC)
            ours = readDynamic(
                reinterpret_cast<const ElfW(Dyn)*>(library.base + info->dlpi_phdr[at].p_vaddr), library);
    for (ElfW(Half) at = 0; ours && at < info->dlpi_phnum; ++at)
        if (info->dlpi_phdr[at].p_type == PT_NOTE)
            library.isThatBuild |= holdsBuild(
                reinterpret_cast<const unsigned char*>(library.base + info->dlpi_phdr[at].p_vaddr),
                static_cast<size_t>(info->dlpi_phdr[at].p_memsz));
    if (ours)
    {
        Verdict& verdict = *static_cast<Verdict*>(argument);
        ++verdict.found;
        judge(library, verdict);
    }
    return 0;
}

// 101 is the first that programs may take: what they run before main comes later.
__attribute__((constructor(101), used)) void guard()
{
    const char* const wish = secure_getenv("TRTHEADERS_GUARD");
    Verdict verdict = {wish && strcmp(wish, "off") == 0, wish && strcmp(wish, "warn") == 0, 0, false};
    if (verdict.off)
        return;
    dl_iterate_phdr(visit, &verdict);
    if (verdict.found == 0)
    {
        Line line;
        addProgram(line);
        line.add(" has not loaded libtensorrt_llm.so at its start; one that dlopen brings later is not compared with "
                 "TensorRT-LLM ");
        line.add(kRelease);
        line.end();
    }
    if (verdict.wrong && !verdict.warn)
        _exit(127);
}

} // namespace
