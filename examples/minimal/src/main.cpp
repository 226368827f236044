// Sends the token ids of one prompt to a TensorRT-LLM engine and prints those that it generates.
//
//   minimal ENGINE_FOLDER TOKEN...     e.g. minimal /models/engine 1 15043 29892
//   minimal --version                  headers and library, without a GPU: the smoke test
#include <tensorrt_llm/executor/executor.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>

namespace tle = tensorrt_llm::executor;

namespace
{

constexpr int kMaxNewTokens = 32;

// The library says its release at run time, the headers said theirs when this was compiled.
int tellVersions()
{
    std::string const library = tle::version();
    std::cout << "headers " << TRTHEADERS_RELEASE << ", library " << library << '\n';
    return library.rfind(TRTHEADERS_RELEASE, 0) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int generate(std::filesystem::path const& engine, tle::VecTokens const& prompt)
{
    tle::Executor executor{engine, tle::ModelType::kDECODER_ONLY, tle::ExecutorConfig{}};
    // With tensor parallelism every rank runs this program, and one of them takes requests.
    if (!executor.canEnqueueRequests())
    {
        return EXIT_SUCCESS;
    }
    auto const id = executor.enqueueRequest(tle::Request{prompt, kMaxNewTokens});
    for (bool done = false; !done;)
    {
        for (auto const& response : executor.awaitResponses())
        {
            if (response.getRequestId() != id)
            {
                continue;
            }
            if (response.hasError())
            {
                std::cerr << "error: " << response.getErrorMsg() << '\n';
                return EXIT_FAILURE;
            }
            for (auto token : response.getResult().outputTokenIds.at(0))
            {
                std::cout << token << ' ';
            }
            done = response.getResult().isFinal;
        }
    }
    std::cout << '\n';
    return EXIT_SUCCESS;
}

} // namespace

int main(int count, char** words)
{
    if (count == 2 && std::strcmp(words[1], "--version") == 0)
    {
        return tellVersions();
    }
    if (count < 3)
    {
        std::cerr << "usage: " << words[0] << " ENGINE_FOLDER TOKEN...\n";
        return EXIT_FAILURE;
    }
    try
    {
        tle::VecTokens prompt;
        for (int index = 2; index < count; ++index)
        {
            prompt.push_back(std::stoi(words[index]));
        }
        return generate(words[1], prompt);
    }
    catch (std::exception const& error)
    {
        std::cerr << "error: " << error.what() << '\n';
        return EXIT_FAILURE;
    }
}
