// Functions that look like accessors and are none, and members of every calling convention: nothing may be found.
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace a_size_getter_returns_the_size_of_a_container
{
class A
{
public:
    std::vector<int> mItems;
    std::size_t mCapacity;

    std::size_t getItems() const;
    std::size_t getSize() const;
    std::size_t size() const;
};
} // namespace a_size_getter_returns_the_size_of_a_container

namespace a_size_getter_beside_a_member_of_that_name
{
class A
{
public:
    std::vector<int> mItems;
    std::string mName;
    std::size_t mSize;
    std::size_t mLength;
    std::size_t mLast;

    std::size_t getSize() const;
    std::size_t getLength() const;
    std::size_t getLast() const;
};
} // namespace a_size_getter_beside_a_member_of_that_name

namespace a_value_behind_a_pointer
{
class A
{
public:
    struct Impl { long x[9]; int limit; };
    std::shared_ptr<Impl> mImpl;
    int mLimit;
    int mEnd;

    int getLimit() const;
    int getEnd() const;
};
} // namespace a_value_behind_a_pointer

namespace a_computed_value
{
class A
{
public:
    int mWidth;
    int mHeight;
    int mArea;
    bool mEnabled;
    std::optional<int> mDepth;

    int getArea() const;
    bool isEnabled() const;
    int getDepth() const;
    std::optional<int> getHeight() const;
};
} // namespace a_computed_value

namespace another_member_under_its_name_the_other_agreeing
{
class A
{
public:
    int mValue;
    int mCached;
    int mOther;

    int getValue() const;
    int getCached() const;
    int getOther() const;
};
} // namespace another_member_under_its_name_the_other_agreeing

namespace a_lazily_made_string
{
class A
{
public:
    mutable std::string mName;
    int mId;
    int mLast;

    std::string const& getName() const;
    std::string getText() const;
    int getLast() const;
    void setId(int id);
};
} // namespace a_lazily_made_string

namespace setters_that_check_log_and_touch_more
{
class A
{
public:
    int mWidth;
    std::optional<int> mLimit;
    int mBeams;
    std::vector<int> mItems;
    std::string mLast;

    void setWidth(int width);
    void setLimit(std::optional<int> const& limit);
    void setItems(std::vector<int> items);
    void setLast(std::string const& last);
    void setBeams(int beams);
    void update();
};
} // namespace setters_that_check_log_and_touch_more

namespace a_flexible_last_member
{
class A
{
public:
    int mCount;
    char mData[];

    A(int);
    char const* getData() const;
    int getCount() const;
};
} // namespace a_flexible_last_member

namespace stand_ins_that_return_the_object_itself
{
class A
{
public:
    int mFirst;
    std::string mName;
    std::vector<int> mItems;

    std::string& getNameRef();
    std::vector<int> const& getItems() const;
};
} // namespace stand_ins_that_return_the_object_itself

namespace results_of_every_convention
{
class A
{
public:
    std::pair<int, float> mPair;
    double mX;
    float mY;
    __int128 mBig;
    std::pair<double, long> mMixed;
    char mText[24];
    struct Three { double a, b, c; };
    Three mThree;
    struct Two { float a, b; };
    Two mTwo;
    long double mLong;

    std::pair<int, float> getPair() const;
    double getX() const;
    float getY() const;
    __int128 getBig() const;
    std::pair<double, long> getMixed() const;
    Three getThree() const;
    Two getTwo() const;
    long double getLong() const;
    char const* getText() const;
    void setX(double x);
    void setThree(Three three);
    void setMixed(std::pair<double, long> m);
    void setBig(__int128 big);
};
} // namespace results_of_every_convention

namespace a_chained_setter_and_a_factory
{
class A
{
public:
    int mWidth;
    int mHeight;
    std::string mName;

    A& setWidth(int width);
    A& setHeight(int height);
    A withName(std::string name) const;
    A* self();
};
} // namespace a_chained_setter_and_a_factory

namespace polymorphic_with_a_checked_downcast
{
class A
{
public:
    int mKind;
    long mLast;

    virtual ~A();
    virtual int getKind() const;
    long getLast() const;
    long deep() const;
};
} // namespace polymorphic_with_a_checked_downcast
